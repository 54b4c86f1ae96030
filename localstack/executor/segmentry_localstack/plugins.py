"""What LocalStack loads, by the names in entry_points.txt. Imports wait until they are asked for."""

from localstack.runtime import hooks
from plux import Plugin


class ProcessExecutorPlugin(Plugin):
    """Chosen with LAMBDA_RUNTIME_EXECUTOR=processes."""

    namespace = "localstack.lambda.runtime_executor"
    name = "processes"

    def load(self, *_args, **_kwargs):
        from segmentry_localstack.executor import ProcessExecutor
        from segmentry_localstack.log_groups import write_to_configured_log_groups

        write_to_configured_log_groups()
        return ProcessExecutor


@hooks.on_infra_start()
def stay_on_this_machine():
    from segmentry_localstack.dynamodb import run_on_loopback
    from segmentry_localstack.objects import keep_in_temporary_folder

    run_on_loopback()
    keep_in_temporary_folder()
