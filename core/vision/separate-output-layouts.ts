import type { ModelLayout, Place } from './model-layout.ts';
import type { LayoutHints, SeenOutput } from './seen-outputs.ts';

/** Names that exporters give to what an output holds. */
const NAMES = {
  boxes: /box|^dets$/i,
  logits: /logit|^labels$/i,
  scores: /score|conf/i,
  classes: /class|label/i,
  count: /^num/i,
};

/** Layouts with boxes and classes in outputs of their own; they are told by names, and by shapes where those are bare. */
export function listSeparateOutputLayouts(outputs: readonly SeenOutput[], hints: LayoutHints): ModelLayout[] {
  return [findQueries(outputs, hints), findLists(outputs, hints)].flatMap((layout) => layout ?? []);
}

/**
 * RF-DETR, D-FINE, DEIM and RT-DETR: `[1, queries, 4]` and logits `[1, queries, classes]`, of RF-DETR-Seg masks
 * `[1, queries, height, width]` too. One class more than there are names is the background's, the last.
 */
function findQueries(
  outputs: readonly SeenOutput[],
  { classCount, values }: LayoutHints,
): ModelLayout | undefined {
  const ofThree = outputs.flatMap(({ shape }, index) => (shape.length === 3 ? index : []));
  const maps = outputs.findIndex(({ shape }) => shape.length === 4);
  if (ofThree.length !== 2 || outputs.length > 3 || (outputs.length === 3 && maps === -1)) return undefined;
  const isBoxes = (index: number) => outputs[index]?.shape[2] === 4;
  const candidates = ofThree.filter(isBoxes);
  const boxes = candidates.find((index) => NAMES.boxes.test(outputs[index]?.name ?? '')) ?? candidates[0];
  const logits = ofThree.find((index) => index !== boxes);
  if (boxes === undefined || logits === undefined) return undefined;
  const queries = outputs[boxes]?.shape[1];
  const [, rows, slots = 0] = outputs[logits]?.shape ?? [];
  if (rows !== queries || (maps !== -1 && outputs[maps]?.shape[1] !== queries)) return undefined;
  const classes = classCount === slots - 1 ? classCount : slots;
  if (classCount !== undefined && classCount !== classes) return undefined;
  return {
    family: 'detr',
    classCount: classes,
    boxes: { output: boxes, along: 'rows', at: 0, form: 'centre', inShares: true },
    scores: { kind: 'all-classes', output: logits, along: 'rows', at: 0, areLogits: true, eachClass: true },
    overlaps: false,
    ...(maps !== -1 && {
      masks: { kind: 'drawn', maps, areProbabilities: values?.masks === 'probabilities' } as const,
    }),
  };
}

/**
 * Boxes, scores and classes as lists, as suppression in the graph leaves them (EfficientNMS and the like), often with
 * their number; D-FINE, DEIM and RT-DETR with their post-processing inside.
 */
function findLists(outputs: readonly SeenOutput[], { classCount }: LayoutHints): ModelLayout | undefined {
  const named = (pattern: RegExp) => outputs.findIndex(({ name }) => pattern.test(name));
  const [boxes, scores, classes, count] = [NAMES.boxes, NAMES.scores, NAMES.classes, NAMES.count].map(
    (pattern) => named(pattern),
  ) as [number, number, number, number];
  if (new Set([boxes, scores, classes]).size < 3 || Math.min(boxes, scores, classes) < 0) return undefined;
  if (outputs.length !== (count === -1 ? 3 : 4) || classCount === undefined) return undefined;
  const length = (index: number) => outputs[index]?.shape.at(-1);
  if (length(boxes) !== 4 || length(scores) !== length(classes)) return undefined;
  if (outputs[boxes]?.shape.at(-2) !== length(scores)) return undefined;
  const listOf = (output: number): Place => ({ output, along: 'columns', at: 0 });
  return {
    family: 'nms',
    classCount,
    boxes: { output: boxes, along: 'rows', at: 0, form: 'corners' },
    scores: { kind: 'one-class', score: listOf(scores), classId: listOf(classes) },
    ...(count !== -1 && { length: listOf(count) }),
    overlaps: false,
  };
}
