import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { allOf, errorsOf, throttlesOf } from '../watched-metrics.ts';
import type { OperatorAlarms } from './operator-alarms.ts';
import { SegmentryFunction } from './segmentry-function.ts';

const period = Duration.minutes(5);

/** The alarms for what goes wrong with live updates before anything is given up. Every function of the stack is watched. */
export class WatchLive extends Construct {
  constructor(scope: Construct, id: string, alarms: OperatorAlarms) {
    super(scope, id);
    const functions = allOf(this, SegmentryFunction);
    alarms.when('LiveFailing', {
      alarmDescription: 'Functions for live updates crash, run out of memory or of time.',
      metric: errorsOf(functions, period),
      threshold: 5,
    });
    alarms.when('LiveThrottled', {
      alarmDescription: 'Lambda refuses to run functions for live updates.',
      metric: throttlesOf(functions, period),
      threshold: 1,
      evaluationPeriods: 3,
    });
  }
}
