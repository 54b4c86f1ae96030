import { formatPercent } from '../app/format.ts';
import { type Column, DataTable } from '../components/data-table.tsx';
import { formatArea } from './areas.ts';
import { ClassSwatch } from './class-swatch.tsx';
import type { SceneObject } from './scene.ts';
import type { ResultState } from './use-result-state.ts';

/** What was found, one by one: pointed at here, it is marked in the picture. */
export function DetectionTable({ state }: { state: ResultState }) {
  const { shown, selected, hovered, hover, select } = state;
  return (
    <DataTable
      label="Detections"
      class="detections"
      columns={columnsOf(state)}
      rows={shown}
      keyOf={({ index }) => index}
      current={shown.findIndex(({ index }) => index === selected)}
      rowAttributes={({ index }) => ({
        class: index === hovered ? 'is-hovered' : '',
        'data-selected': index === selected,
        onMouseEnter: () => hover(index),
        onMouseLeave: () => hover(undefined),
        onClick: () => select(index === selected ? undefined : index),
      })}
    />
  );
}

const columnsOf = ({ unit, pixelsPerCm, selected, hover }: ResultState): Column<SceneObject>[] => [
  {
    name: 'Class',
    cell: ({ index, colour, detection }) => (
      <button
        type="button"
        class="row-button"
        aria-pressed={index === selected}
        onFocus={() => hover(index)}
        onBlur={() => hover(undefined)}
      >
        <ClassSwatch colour={colour} /> <bdi class="truncate">{detection.class}</bdi>
      </button>
    ),
  },
  { name: 'Confidence', isNumber: true, cell: ({ detection }) => formatPercent(detection.confidence) },
  { name: 'Area', isNumber: true, cell: ({ detection }) => formatArea(detection, unit, pixelsPerCm) },
];
