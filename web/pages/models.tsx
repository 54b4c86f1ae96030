import { useState } from 'preact/hooks';
import type { Model } from '../../client/index.ts';
import { useMe } from '../app/me.ts';
import { segmentry } from '../app/session.ts';
import { useLoad } from '../app/use-load.ts';
import { Empty, Failure, Page, StatusChip, When } from '../components/common.tsx';

const CLASSES_SHOWN = 12;

/** What there is to look at pictures with. */
export function ModelsPage() {
  const models = useLoad((signal) => segmentry.api.listModels({}, { signal }), []);
  return (
    <Page title="Models">
      <Failure error={models.error} onRetry={models.reload} />
      {models.value?.items.length === 0 && (
        <Empty title="No models yet">
          <p>
            A model is a YOLO network in ONNX form. An admin adds one with <code>segmentry models add</code>,
            or over HTTP.
          </p>
        </Empty>
      )}
      <ul class="cards">
        {models.value?.items.map((model) => (
          <ModelCard key={model.id} model={model} onChange={models.reload} />
        ))}
      </ul>
    </Page>
  );
}

function ModelCard({ model: { id, versions }, onChange }: { model: Model; onChange: () => void }) {
  const { user } = useMe();
  const [error, setError] = useState<unknown>();
  const [newest] = versions;
  if (newest === undefined) return null;
  const { task, classes, licence, inputSize } = newest;
  const change = (version: string, status: 'available' | 'disabled') =>
    segmentry.api.changeModelStatus({ id, version, status }).then(onChange, setError);
  return (
    <li class="plain-card">
      <h2 class="truncate">{id}</h2>
      <p class="muted">
        {task === 'segment' ? 'Masks and boxes' : 'Boxes'} · looks at {inputSize.width} × {inputSize.height} ·{' '}
        {licence}
      </p>
      <p>
        {classes.slice(0, CLASSES_SHOWN).join(', ')}
        {classes.length > CLASSES_SHOWN && (
          <span class="muted"> and {classes.length - CLASSES_SHOWN} more</span>
        )}
      </p>
      <ul class="versions">
        {versions.map(({ version, status, registeredAt, refusal }) => (
          <li key={version}>
            <span class="number">Version {version}</span> <StatusChip status={status} />
            <span class="muted">
              <When at={registeredAt} />
            </span>
            {refusal !== undefined && <span class="failure">{refusal.detail}</span>}
            {user?.role === 'admin' && (status === 'available' || status === 'disabled') && (
              <button
                type="button"
                class="quiet"
                aria-label={`${status === 'available' ? 'Disable' : 'Enable'} version ${version} of ${id}`}
                onClick={() => void change(version, status === 'available' ? 'disabled' : 'available')}
              >
                {status === 'available' ? 'Disable' : 'Enable'}
              </button>
            )}
          </li>
        ))}
      </ul>
      <Failure error={error} />
    </li>
  );
}
