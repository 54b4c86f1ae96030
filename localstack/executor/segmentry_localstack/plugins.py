"""What LocalStack loads, by the names in entry_points.txt. Imports wait until they are asked for."""

import os

from localstack.runtime import hooks
from localstack.services.cloudformation.resource_provider import CloudFormationResourceProviderPlugin
from plux import Plugin


class ProcessExecutorPlugin(Plugin):
    """Chosen with LAMBDA_RUNTIME_EXECUTOR=processes."""

    namespace = "localstack.lambda.runtime_executor"
    name = "processes"

    def load(self, *_args, **_kwargs):
        from segmentry_localstack.executor import ProcessExecutor

        return ProcessExecutor


class CustomResourceProviderPlugin(CloudFormationResourceProviderPlugin):
    name = "AWS::CloudFormation::CustomResource"

    def load(self):
        from segmentry_localstack.custom_resources import CustomResourceProvider

        self.factory = CustomResourceProvider


@hooks.on_infra_start()
def write_to_configured_log_groups():
    from segmentry_localstack.log_groups import write_to_configured_log_groups

    write_to_configured_log_groups()


@hooks.on_infra_start()
def poll_queues_concurrently():
    from segmentry_localstack.event_sources import poll_queues_concurrently

    poll_queues_concurrently()


@hooks.on_infra_start(should_load=lambda: "SEGMENTRY_DYNAMODB" in os.environ)
def stay_on_this_machine():
    """For a LocalStack that is a process of this machine, without a container around it."""
    from segmentry_localstack.connections import keep_idle_open
    from segmentry_localstack.dynamodb import run_on_loopback
    from segmentry_localstack.objects import keep_in_temporary_folder
    from segmentry_localstack.shutdown import wake_to_stop

    run_on_loopback()
    keep_idle_open()
    keep_in_temporary_folder()
    wake_to_stop()
