"""What the open LocalStack 4.14.0 lacks for this project, as plugins.

Custom resources, functions' own log groups and concurrency of queues, everywhere. Without Docker also Lambda functions
and DynamoDB, which then are processes of this machine. LocalStack finds the plugins through the dist-info folder beside this package,
once its parent is on PYTHONPATH.
"""
