import { spawnGroup } from '../../../../localstack/processes/process-group.ts';
import { createRunFolder } from '../../../../localstack/run-folder.ts';

// A run as the launcher makes one: a program that ignores a polite signal, and a child of that in its group.
const run = createRunFolder(process.argv[2] ?? '');
const program = spawnGroup('sh', ['-c', 'trap "" TERM; sleep 60 & while :; do wait; done'], {
  stdio: 'ignore',
});
if (program.pid === undefined) throw new Error('sh could not be started');
run.recordGroup(program.pid);
process.stdout.write(`${program.pid}\n`);
setInterval(() => {}, 60_000);
