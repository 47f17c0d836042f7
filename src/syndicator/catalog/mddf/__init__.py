"""Rights in the trade's own form: MovieLabs Avails, as workbooks (1.6 to 1.9) and XML (2.3 to 2.7).

Facts: https://movielabs.com/md/avails/, its templates, schemas and sample files.
"""
