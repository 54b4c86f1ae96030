// The entry of every command: node localstack/enter.mjs <command> [arguments]. It must start on any Node, with
// nothing installed, so it imports nothing before it has looked.
const [major, minor] = process.versions.node.split('.').map(Number);
const OLDEST = 20;

if (major < OLDEST) {
  console.error(
    `Segmentry needs Node ${OLDEST} or newer; this is Node ${process.versions.node} (${process.execPath}). ` +
      'Install a newer one from https://nodejs.org.',
  );
  process.exit(1);
} else {
  const { enter } = await import('./enter/enter.mjs');
  await enter(process.argv.slice(2), { major, minor });
}
