"""Accounts that are signed in: tokens got, kept, renewed by one process at a time, and forgotten.

A refresh token may be good for one use only (RFC 9700, 4.14.2), so that a renewal whose answer is
not kept ends the sign-in. Everything here follows from that: one renewal at a time per account,
a note on disk before the request, and the answer on disk before anybody uses it.
"""
