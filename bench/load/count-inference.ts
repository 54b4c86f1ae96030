import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Loaded into a function's process before its own code: writes what `session.run` has taken of the processor there to a file
 * named by the process. onnxruntime's binding runs in the thread that calls it, so that what the process uses meanwhile is the run's.
 */
interface Binding {
  InferenceSession?: new (...args: never[]) => { run(...args: unknown[]): unknown };
}

const folder = process.env.INFERENCE_COUNTS ?? '';
const open = process.dlopen;
let milliseconds = 0;
let runs = 0;

process.dlopen = (module: { exports: Binding }, ...rest: [string, number?]) => {
  open.call(process, module, ...rest);
  const { InferenceSession: Session } = module.exports;
  if (Session === undefined) return;
  class CountedSession extends Session {
    override run(...args: unknown[]): unknown {
      const before = process.cpuUsage();
      try {
        return super.run(...args);
      } finally {
        const { user, system } = process.cpuUsage(before);
        milliseconds += (user + system) / 1000;
        runs += 1;
        writeFileSync(join(folder, String(process.pid)), JSON.stringify({ milliseconds, runs }));
      }
    }
  }
  module.exports = Object.create(module.exports, { InferenceSession: { value: CountedSession } });
};
