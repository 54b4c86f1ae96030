export interface ScalingPlan {
  readonly maxTasks: number;
  /** Messages for which another task is started. */
  readonly messagesPerTask: number;
}

export interface ScalingStep {
  readonly tasks: number;
  /** From so many messages, up to and without `below`. */
  readonly from: number;
  readonly below: number | undefined;
}

/**
 * How many tasks there are to be for how many messages, waiting or in work. It is an exact number and never a share of the
 * tasks there are: from none, no share leads anywhere.
 */
export function planSteps({ maxTasks, messagesPerTask }: ScalingPlan): ScalingStep[] {
  return Array.from({ length: maxTasks }, (_, index) => ({
    tasks: index + 1,
    from: 1 + index * messagesPerTask,
    below: index + 1 === maxTasks ? undefined : 1 + (index + 1) * messagesPerTask,
  }));
}
