"""Publishing policies on one tape of faults: what each doubles, loses, leaves open and misreports.

The policies are models: the rule alone, without the product that somebody built around it.
"""
