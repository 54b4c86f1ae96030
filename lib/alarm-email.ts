import type { Construct } from 'constructs';

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Who is told of alarms: `alarmEmail` of the stage, or `-c alarmEmail=…`. @throws where it is no address. */
export function readAlarmEmail(scope: Construct): string | undefined {
  const given: unknown = scope.node.tryGetContext('alarmEmail');
  if (given === undefined || ADDRESS.test(String(given))) return given as string | undefined;
  throw new Error(
    `The setting alarmEmail must be an address such as me@example.org, not "${String(given)}".`,
  );
}
