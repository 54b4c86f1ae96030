import { useEffect, useRef, useState } from 'preact/hooks';
import { formatPercent } from '../app/format.ts';
import { formatArea } from './areas.ts';
import { ClassSwatch } from './class-swatch.tsx';
import type { SceneObject } from './scene.ts';
import type { ResultState } from './use-result-state.ts';

/** As many rows as are quick to lay out; the next come as one scrolls. */
const PART = 100;

export function DetectionTable({ state }: { state: ResultState }) {
  const { shown, selected } = state;
  const [most, setMost] = useState(PART);
  const frame = useRef<HTMLDivElement>(null);
  const place = shown.findIndex(({ index }) => index === selected);
  useEffect(() => {
    if (place >= most) setMost(place + PART);
    frame.current?.querySelector('[data-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [place]);
  const onScroll = ({
    currentTarget: { scrollTop, clientHeight, scrollHeight },
  }: {
    currentTarget: HTMLDivElement;
  }) => {
    if (scrollTop + clientHeight > scrollHeight - 200 && most < shown.length) setMost(most + PART);
  };
  return (
    <div
      class="table-frame"
      ref={frame}
      onScroll={onScroll}
      tabIndex={0}
      role="region"
      aria-label="Detections"
    >
      <table class="data detections">
        <thead>
          <tr>
            <th scope="col">Class</th>
            <th scope="col" class="number">
              Confidence
            </th>
            <th scope="col" class="number">
              Area
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.slice(0, most).map((object) => (
            <Row key={object.index} object={object} state={state} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ object: { index, detection, colour }, state }: { object: SceneObject; state: ResultState }) {
  const { hovered, selected, hover, select, unit, pixelsPerCm } = state;
  const isSelected = index === selected;
  return (
    <tr
      class={index === hovered ? 'is-hovered' : ''}
      data-selected={isSelected}
      onMouseEnter={() => hover(index)}
      onMouseLeave={() => hover(undefined)}
      onClick={() => select(isSelected ? undefined : index)}
    >
      <td>
        <button
          type="button"
          class="row-button"
          aria-pressed={isSelected}
          onFocus={() => hover(index)}
          onBlur={() => hover(undefined)}
        >
          <ClassSwatch colour={colour} /> <bdi class="truncate">{detection.class}</bdi>
        </button>
      </td>
      <td class="number">{formatPercent(detection.confidence)}</td>
      <td class="number">{formatArea(detection, unit, pixelsPerCm)}</td>
    </tr>
  );
}
