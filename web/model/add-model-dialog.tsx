import { useState } from 'preact/hooks';
import type { ModelVersion } from '../../client/index.ts';
import { postWithProgress } from '../app/post-with-progress.ts';
import { segmentry } from '../app/session.ts';
import { Form, StatusChip, textOf } from '../components/common.tsx';
import { Dialog } from '../components/dialog.tsx';
import { type OnnxFacts, readOnnx } from './read-onnx.ts';

type AddModel = Parameters<typeof segmentry.api.addModel>[0];

const FAMILIES: readonly AddModel['family'][] = [
  ...(['yolov8', 'yolov5', 'yolo-end2end', 'yolov6', 'yolov7-end2end', 'yolox'] as const),
  ...(['detr', 'rtdetr', 'rtdetr-end2end', 'nms'] as const),
];

interface AddModelDialogProps {
  onClose(): void;
  onChange(): void;
}

/** Puts weights into the deployment: describes them, sends them, and tells what the check says as it goes. */
export function AddModelDialog({ onClose, onChange }: AddModelDialogProps) {
  const [weights, setWeights] = useState<File>();
  const [facts, setFacts] = useState<OnnxFacts>({ classes: [] });
  const [step, setStep] = useState<string>();
  const [version, setVersion] = useState<ModelVersion>();
  const choose = async (file: File | undefined) => {
    setWeights(file);
    // What the file does not say is typed.
    setFacts(file === undefined ? { classes: [] } : await readOnnx(file).catch(() => ({ classes: [] })));
  };
  const add = async (data: FormData) => {
    if (weights === undefined) throw new Error('Choose the ONNX file first.');
    setStep('Being read');
    try {
      const manifest = { ...readManifest(data), sha256: await hashOf(weights), sizeBytes: weights.size };
      const { url, fields } = await segmentry.api.addModel(manifest);
      await sendWeights(url, fields, weights, (share) => setStep(`Sending · ${Math.round(share * 100)} %`));
      setStep('Being checked');
      setVersion(await followCheck(manifest, onChange));
    } finally {
      setStep(undefined);
    }
  };
  if (version !== undefined) return <Checked version={version} onClose={onClose} />;
  return (
    <Dialog title="Add a model" onClose={onClose}>
      <Form verb="Add it" submit={add} keeps>
        <label class="field">
          <span>Weights, as an ONNX file</span>
          <input
            type="file"
            accept=".onnx"
            required
            onChange={({ currentTarget }) => void choose(currentTarget.files?.[0])}
          />
        </label>
        <Facts key={weights?.name} facts={facts} name={weights?.name ?? ''} />
        {step !== undefined && <p role="status">{step}</p>}
      </Form>
    </Dialog>
  );
}

function Facts({ facts, name }: { facts: OnnxFacts; name: string }) {
  const { classes, width = 640, height = 640, task = 'segment', licence = '', family = 'yolov8' } = facts;
  const id = name
    .replace(/\.onnx$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-');
  const given = `${classes.length} ${width} ${task} ${licence}`;
  return (
    <div key={given}>
      <div class="row even">
        <Field name="id" label="Name" value={id} pattern="[a-z0-9][a-z0-9._\-]*" />
        <Field name="version" label="Version" value="1" pattern="[a-z0-9][a-z0-9._\-]*" />
      </div>
      <div class="row even roomy">
        <label class="field">
          <span>Family</span>
          <select name="family" defaultValue={family}>
            {FAMILIES.map((each) => (
              <option key={each} selected={each === family}>
                {each}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Finds</span>
          <select name="task">
            <option value="segment" selected={task === 'segment'}>
              Masks and boxes
            </option>
            <option value="detect" selected={task === 'detect'}>
              Boxes
            </option>
          </select>
        </label>
      </div>
      <div class="row even roomy">
        <Field name="width" label="Input width in px" value={String(width)} pattern="[0-9]+" />
        <Field name="height" label="Input height in px" value={String(height)} pattern="[0-9]+" />
      </div>
      <label class="field">
        <span>Classes in their order, one a line</span>
        <textarea name="classes" rows={5} required defaultValue={classes.join('\n')} />
      </label>
      <Field name="licence" label="Licence of the weights" value={licence} />
    </div>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly pattern?: string;
}

const Field = ({ name, label, value, pattern }: FieldProps) => (
  <label class="field">
    <span>{label}</span>
    <input name={name} required defaultValue={value} {...(pattern !== undefined && { pattern })} />
  </label>
);

function readManifest(data: FormData): Omit<AddModel, 'sha256' | 'sizeBytes'> {
  const lines = textOf(data, 'classes').split('\n');
  return {
    id: textOf(data, 'id'),
    version: textOf(data, 'version'),
    family: textOf(data, 'family') as AddModel['family'],
    task: textOf(data, 'task') as AddModel['task'],
    classes: lines.map((line) => line.trim()).filter(Boolean),
    inputSize: { width: Number(data.get('width')), height: Number(data.get('height')) },
    licence: textOf(data, 'licence'),
  };
}

async function hashOf(file: Blob): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function sendWeights(
  url: string,
  fields: Readonly<Record<string, string>>,
  weights: File,
  onShare: (share: number) => void,
): Promise<void> {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append('file', weights);
  const answer = await postWithProgress(onShare)(url, { method: 'POST', body });
  if (!answer.ok) throw new Error(`The weights were not taken (${answer.status}). Try again.`);
}

const PAUSE_MS = 1_000;

/** Asks until the check is over, however it ends. */
async function followCheck(
  { id, version }: Pick<AddModel, 'id' | 'version'>,
  onChange: () => void,
): Promise<ModelVersion> {
  for (;;) {
    const found = await segmentry.api.getModelVersion({ id, version });
    onChange();
    if (found.status !== 'pending' && found.status !== 'checking') return found;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function Checked({
  version: { status, refusal, classes },
  onClose,
}: {
  version: ModelVersion;
  onClose: () => void;
}) {
  return (
    <Dialog
      title={status === 'available' ? 'The model is available' : 'The model was refused'}
      onClose={onClose}
    >
      <p role="status">
        <StatusChip status={status} />{' '}
        {refusal?.detail ?? `It passed its check and finds ${classes.length} classes. Jobs may name it now.`}
      </p>
      <div class="form-actions">
        <button type="button" class="primary" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
