import type { ExportedResult } from '../../core/domain/batches/export/exported-result.ts';
import { createCocoWriter } from '../../core/domain/batches/export/write-coco.ts';

/** One COCO document of all results, in pieces; as the service exports a batch. */
export function* writeCoco(results: readonly ExportedResult[]): Generator<string> {
  const models = new Map(
    results.map(({ document: { model } }) => [
      `${model.id}@${model.version}`,
      { id: model.id, version: model.version },
    ]),
  );
  const coco = createCocoWriter([...models.values()]);
  yield coco.begin;
  for (const result of results) yield coco.add(result);
  yield coco.end();
}
