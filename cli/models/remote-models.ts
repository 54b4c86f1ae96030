import type { Command } from 'commander';
import { addRemoteCommand, type ConnectionFlags, connect } from '../connection/connect.ts';
import { printItem, printList } from '../terminal/print.ts';
import { printAvailable } from './add/print-available.ts';

/** `segmentry models list` and `show`: what a deployment has, and what could be added to it. */
export function addRemoteModelsCommands(models: Command): void {
  addRemoteCommand(
    models,
    'list',
    'The models of the deployment that you are logged in to, and those that can be added.',
  ).action(async (flags: ConnectionFlags) => {
    const { items } = await connect(flags).api.listModels();
    if (flags.json === true) return printList(items, {}, flags);
    await printList(
      items.flatMap(({ id, versions }) => versions.map((version) => ({ id, version }))),
      {
        model: ({ id }) => id,
        version: ({ version }) => version.version,
        status: ({ version }) => version.status,
        task: ({ version }) => version.task,
        classes: ({ version }) => version.classes.length,
        input: ({ version }) => `${version.inputSize.width} x ${version.inputSize.height}`,
        licence: ({ version }) => version.licence,
      },
      flags,
    );
    console.log('\nTo be added by "segmentry models add NAME":');
    await printAvailable({});
  });
  addRemoteCommand(models, 'show <id>', 'A model of the deployment, with all its classes.').action(
    async (id: string, flags: ConnectionFlags) => {
      const model = await connect(flags).api.getModel({ id });
      if (flags.json === true) return printItem(model, true);
      for (const version of model.versions) printItem({ id, ...version });
    },
  );
}
