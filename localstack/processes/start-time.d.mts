/** When a process was started, as digits that only it has together with its pid; undefined where it is gone. */
export function startTimeOf(pid: number): string | undefined;
