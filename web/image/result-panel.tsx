import { formatCount, formatPercent } from '../app/format.ts';
import { DataTable } from '../components/data-table.tsx';
import { Icon } from '../components/icon.tsx';
import { type AreaUnit, formatArea, totalByClass } from './areas.ts';
import { ClassSwatch } from './class-swatch.tsx';
import { ConfidenceSlider } from './confidence-slider.tsx';
import { DetectionTable } from './detection-table.tsx';
import type { ResultState } from './use-result-state.ts';

const UNITS: readonly AreaUnit[] = ['px', '%', 'cm²'];

/** What was found, in figures: by class, then each by itself. */
export function ResultPanel({ state }: { state: ResultState }) {
  const { result, shown, objects, unit, pixelsPerCm } = state;
  if (result === undefined) return null;
  if (objects.length === 0) {
    return (
      <div class="empty small">
        <h2>Nothing was found</h2>
        <p>
          {result.model.id} knows none of what it sees here, or is not sure enough of it. Analyse the picture
          by another model.
        </p>
      </div>
    );
  }
  const totals = totalByClass(shown.map(({ detection }) => detection));
  const colours = coloursOf(objects);
  return (
    <>
      <Classes state={state} />
      <ConfidenceSlider
        confidences={objects.map(({ detection }) => detection.confidence)}
        value={state.confidence}
        onChange={state.setConfidence}
      />
      <div class="panel-line">
        <span class="number">
          {formatCount(shown.length)} of {formatCount(objects.length)} shown
        </span>
        <fieldset class="segmented">
          <legend class="visually-hidden">Unit of areas</legend>
          {UNITS.map((each) => (
            <label key={each}>
              <input type="radio" name="unit" checked={unit === each} onChange={() => state.setUnit(each)} />
              <span>{each}</span>
            </label>
          ))}
        </fieldset>
      </div>
      <ScaleLine state={state} />
      <DetectionTable state={state} />
      <h2>By class</h2>
      <DataTable
        label="By class"
        rows={totals}
        keyOf={({ classId }) => classId}
        columns={[
          {
            name: 'Class',
            cell: ({ classId, name }) => (
              <span class="with-swatch">
                <ClassSwatch colour={colours.get(classId)} /> <bdi class="truncate">{name}</bdi>
              </span>
            ),
          },
          { name: 'Count', isNumber: true, cell: ({ count }) => formatCount(count) },
          { name: 'Area', isNumber: true, cell: (total) => formatArea(total, unit, pixelsPerCm) },
        ]}
      />
    </>
  );
}

const coloursOf = (objects: ResultState['objects']) =>
  new Map(objects.map(({ detection, colour }) => [detection.classId, colour]));

function Classes({ state: { objects, hidden, toggleClass } }: { state: ResultState }) {
  const classes = totalByClass(objects.map(({ detection }) => detection));
  const colours = coloursOf(objects);
  return (
    <div class="chips" role="group" aria-label="Classes">
      {classes.map(({ name, classId, count }) => (
        <button
          key={name}
          type="button"
          class="chip class-chip"
          aria-pressed={!hidden.has(name)}
          onClick={() => toggleClass(name)}
        >
          <ClassSwatch colour={colours.get(classId)} />
          <bdi class="truncate">{name}</bdi>
          <span class="number muted">{count}</span>
          <Icon name={hidden.has(name) ? 'eye-off' : 'eye'} />
        </button>
      ))}
    </div>
  );
}

function ScaleLine({ state: { pixelsPerCm, result, unit, setScale } }: { state: ResultState }) {
  if (pixelsPerCm !== undefined) {
    return (
      <p class="muted scale-line">
        Scale: <span class="number">{pixelsPerCm.toPrecision(4)}</span> px/cm, as you set it.{' '}
        <button type="button" class="link" onClick={() => setScale(undefined)}>
          Remove
        </button>
      </p>
    );
  }
  if (result?.scale != null) {
    const { pixelsPerCm: known, uncertainty, source } = result.scale;
    return (
      <p class="muted scale-line">
        Scale: <span class="number">{known.toPrecision(4)}</span> px/cm ± {formatPercent(uncertainty, 1)},{' '}
        {source === 'given' ? 'as given' : 'by the reference object'}.
      </p>
    );
  }
  return unit === 'cm²' ? (
    <p class="hint">
      No scale is known. Take the ruler: draw a line of known length, or press an object of known size.
    </p>
  ) : null;
}
