"""Lets LocalStack 4.14.0 run without Docker: Lambda functions and DynamoDB are processes of this machine.

LocalStack finds the plugins through the dist-info folder beside this package, once its parent is on PYTHONPATH.
"""
