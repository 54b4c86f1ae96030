import { useState } from 'preact/hooks';
import type { Model } from '../../client/index.ts';
import { useMe } from '../app/me.ts';
import { segmentry } from '../app/session.ts';
import { useLoad } from '../app/use-load.ts';
import { Empty, Failure, Page, StatusChip, When } from '../components/common.tsx';
import { AddModelDialog } from '../model/add-model-dialog.tsx';
import { TryModelDialog } from '../model/try-model-dialog.tsx';

const CLASSES_SHOWN = 12;

/** What there is to look at pictures with. */
export function ModelsPage() {
  const { user } = useMe();
  const models = useLoad((signal) => segmentry.api.listModels({}, { signal }), []);
  const [isAdding, setAdding] = useState(false);
  return (
    <Page
      title="Models"
      actions={
        user?.role === 'admin' && (
          <button type="button" class="primary" onClick={() => setAdding(true)}>
            Add a model
          </button>
        )
      }
    >
      <Failure error={models.error} onRetry={models.reload} />
      {models.value?.items.length === 0 && (
        <Empty title="No models yet">
          <p>
            A model is a network in ONNX form that finds things in pictures, such as a YOLO export. An admin
            adds one here, or with <code>segmentry models add</code>.
          </p>
        </Empty>
      )}
      <ul class="cards">
        {models.value?.items.map((model) => (
          <ModelCard key={model.id} model={model} onChange={models.reload} />
        ))}
      </ul>
      {isAdding && <AddModelDialog onClose={() => setAdding(false)} onChange={models.reload} />}
    </Page>
  );
}

function ModelCard({ model: { id, versions }, onChange }: { model: Model; onChange: () => void }) {
  const { user } = useMe();
  const [error, setError] = useState<unknown>();
  const [isTrying, setTrying] = useState(false);
  const [newest] = versions;
  if (newest === undefined) return null;
  const canBeTried = versions.some(({ status }) => status === 'available');
  const { task, classes, licence, inputSize } = newest;
  const change = (version: string, status: 'available' | 'disabled') =>
    segmentry.api.changeModelStatus({ id, version, status }).then(onChange, setError);
  return (
    <li class="plain-card">
      <h2 class="truncate">{id}</h2>
      <p class="muted">
        {task === 'segment' ? 'Masks and boxes' : 'Boxes'} · looks at {inputSize.width} × {inputSize.height} ·{' '}
        <span class="unbroken">{licence}</span>
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
            <span class="muted minor">
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
      <div class="card-buttons">
        <button
          type="button"
          disabled={!canBeTried}
          aria-label={`Try on a picture with ${id}`}
          onClick={() => setTrying(true)}
        >
          Try on a picture
        </button>
      </div>
      <Failure error={error} />
      {isTrying && <TryModelDialog model={id} onClose={() => setTrying(false)} />}
    </li>
  );
}
