"""Log groups that functions name themselves."""

from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment


def write_to_configured_log_groups() -> None:
    """LocalStack keeps a function's `LoggingConfig.LogGroup`, but writes to `/aws/lambda/NAME` all the same."""
    default_log_group = ExecutionEnvironment.get_log_group_name

    def log_group(environment: ExecutionEnvironment) -> str:
        configured = environment.function_version.config.logging_config.get("LogGroup")
        return configured or default_log_group(environment)

    ExecutionEnvironment.get_log_group_name = log_group
