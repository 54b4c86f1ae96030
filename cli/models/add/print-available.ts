import { type ListFlags, printList } from '../../terminal/print.ts';
import { AVAILABLE_MODELS, type AvailableModel } from './available-models.ts';

/** What `models add` can bring: task, licence, size, and what it needs. */
export function printAvailable(flags: ListFlags): Promise<void> {
  const column = (name: keyof AvailableModel) => (model: AvailableModel) => model[name];
  return printList(
    AVAILABLE_MODELS,
    {
      model: column('id'),
      task: column('task'),
      licence: column('licence'),
      size: column('size'),
      needs: column('needs'),
    },
    flags,
  );
}
