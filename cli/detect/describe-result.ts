import type { ClassSummary, ResultDocument } from '../../core/contracts/result-document.ts';

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

/** A result in a few lines for people: `bus.jpg  810 x 1080  4 person (13.9 %), 1 bus (28.9 %)`. */
export function describeResult({ image, summary, scale }: ResultDocument): string {
  const found = summary.length === 0 ? 'nothing' : summary.map(describeClass).join(', ');
  const noScale = scale === null ? '\n  The reference object was not found: no areas in cm².' : '';
  return `${image.id}  ${image.width} x ${image.height}  ${found}${noScale}`;
}

function describeClass({ class: name, count, share, cm2 }: ClassSummary): string {
  const area = cm2 === null ? percent(share) : `${percent(share)}, ${cm2.toFixed(1)} cm²`;
  return `${count} ${name} (${area})`;
}
