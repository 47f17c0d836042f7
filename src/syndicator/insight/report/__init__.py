"""The report: one page with pictures of what comes out, stands, opens, ends and hangs on whom.

One module for each picture. In each, pure functions make the data, and one function draws them.
"""
