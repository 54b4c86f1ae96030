import { useState } from 'preact/hooks';
import type { AnalysisOptions, Batch, Model } from '../../client/index.ts';
import { segmentry } from '../app/session.ts';
import { useLoad } from '../app/use-load.ts';
import { Failure, Form, textOf } from './common.tsx';
import { Dialog } from './dialog.tsx';

/** What is analysed: images, videos, or all that a dataset holds. */
export type AnalyseTarget =
  | { readonly images: readonly string[] }
  | { readonly videos: readonly string[] }
  | { readonly dataset: string };

interface AnalyseDialogProps {
  readonly title: string;
  readonly target: AnalyseTarget;
  onClose(): void;
  onBegun(batch: Batch): void;
}

/** Chooses models and how they look, and makes a batch of it. */
export function AnalyseDialog({ title, target, onClose, onBegun }: AnalyseDialogProps) {
  const models = useLoad((signal) => segmentry.api.listModels({}, { signal }), []);
  const start = async (data: FormData) => {
    const chosen = data.getAll('model').map(String);
    if (chosen.length === 0) throw new Error('Choose a model first.');
    const framesPerSecond = numberOf(data, 'framesPerSecond');
    onBegun(
      await segmentry.api.createBatch({
        ...writable(target),
        models: chosen.map((id) => textOf(data, `version of ${id}`) || id),
        options: readOptions(data),
        ...(framesPerSecond !== undefined && { framesPerSecond }),
      }),
    );
    onClose();
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <Form verb="Analyse" submit={start}>
        <fieldset>
          <legend>Models</legend>
          <Failure error={models.error} onRetry={models.reload} />
          <div class="choices column">
            {(models.value?.items ?? []).map((model, index) => (
              <ModelChoice key={model.id} model={model} isFirst={index === 0} />
            ))}
          </div>
        </fieldset>
        {!('images' in target) && (
          <label class="field">
            <span>Frames of videos that are looked at, a second</span>
            <input name="framesPerSecond" type="number" min="0.1" max="30" step="0.1" placeholder="1" />
          </label>
        )}
        <details class="options">
          <summary>Options</summary>
          <label class="field">
            <span>Confidence from, in %</span>
            <input name="confidence" type="number" min="0" max="100" placeholder="The model’s own" />
          </label>
          <label class="choice">
            <input type="checkbox" name="tiles" /> Look for small things too, part by part
          </label>
          <ScaleFields classes={classesOf(models.value?.items ?? [])} />
        </details>
      </Form>
    </Dialog>
  );
}

function ModelChoice({ model: { id, versions }, isFirst }: { model: Model; isFirst: boolean }) {
  const available = versions.filter(({ status }) => status === 'available');
  if (available.length === 0) return null;
  return (
    <div class="panel-line">
      <label class="choice">
        <input type="checkbox" name="model" value={id} defaultChecked={isFirst} /> {id}
      </label>
      {available.length > 1 && (
        <select name={`version of ${id}`} aria-label={`Version of ${id}`}>
          <option value="">Newest version</option>
          {available.map(({ version }) => (
            <option key={version} value={`${id}@${version}`}>
              Version {version}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}

type ScaleKind = 'none' | 'given' | 'round' | 'rectangle';

function ScaleFields({ classes }: { classes: readonly string[] }) {
  const [kind, setKind] = useState<ScaleKind>('none');
  return (
    <>
      <label class="field">
        <span>Areas in cm²</span>
        <select
          name="scale"
          value={kind}
          onChange={({ currentTarget }) => setKind(currentTarget.value as ScaleKind)}
        >
          <option value="none">No scale</option>
          <option value="given">The scale is known</option>
          <option value="round">By a round thing of known size</option>
          <option value="rectangle">By a rectangle of known size</option>
        </select>
      </label>
      {kind === 'given' && <Length name="pixelsPerCm" label="Pixels to a centimetre" />}
      {(kind === 'round' || kind === 'rectangle') && (
        <label class="field">
          <span>Its class</span>
          <select name="reference">
            {classes.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      {kind === 'round' && <Length name="diameterCm" label="Diameter in cm" />}
      {kind === 'rectangle' && (
        <div class="row even">
          <Length name="widthCm" label="Width in cm" />
          <Length name="heightCm" label="Height in cm" />
        </div>
      )}
    </>
  );
}

const Length = ({ name, label }: { name: string; label: string }) => (
  <label class="field">
    <span>{label}</span>
    <input name={name} type="number" min="0.01" step="any" required inputMode="decimal" />
  </label>
);

function readOptions(data: FormData): AnalysisOptions {
  const confidence = numberOf(data, 'confidence');
  const scale = readScale(data);
  return {
    ...(confidence !== undefined && { confidence: confidence / 100 }),
    ...(data.get('tiles') !== null && { tiles: {} }),
    ...(scale !== undefined && { scale }),
  };
}

function readScale(data: FormData): AnalysisOptions['scale'] {
  const size = (name: string) => numberOf(data, name) ?? 0;
  const reference = { class: textOf(data, 'reference') };
  switch (data.get('scale')) {
    case 'given':
      return { pixelsPerCm: size('pixelsPerCm') };
    case 'round':
      return { reference: { ...reference, size: { diameterCm: size('diameterCm') } } };
    case 'rectangle':
      return {
        reference: { ...reference, size: { widthCm: size('widthCm'), heightCm: size('heightCm') } },
      };
    default:
      return undefined;
  }
}

function numberOf(data: FormData, name: string): number | undefined {
  const text = textOf(data, name);
  return text === '' ? undefined : Number(text);
}

const classesOf = (models: readonly Model[]) =>
  [...new Set(models.flatMap(({ versions }) => versions[0]?.classes ?? []))].sort();

const writable = (target: AnalyseTarget) =>
  'images' in target
    ? { images: [...target.images] }
    : 'videos' in target
      ? { videos: [...target.videos] }
      : target;
