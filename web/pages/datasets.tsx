import { useState } from 'preact/hooks';
import type { Dataset } from '../../client/index.ts';
import { formatCount, formatCredits } from '../app/format.ts';
import { Link, navigate } from '../app/router.tsx';
import { segmentry } from '../app/session.ts';
import { take, useLoad } from '../app/use-load.ts';
import { AnalyseDialog } from '../components/analyse-dialog.tsx';
import { Empty, Failure, Form, Page, textOf, When } from '../components/common.tsx';
import { ConfirmButton } from '../components/confirm-button.tsx';
import { Dialog } from '../components/dialog.tsx';

const readTags = (data: FormData) => [
  ...new Set(
    textOf(data, 'tags')
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
];

/** Named sets of images and videos. */
export function DatasetsPage() {
  const datasets = useLoad(() => take(segmentry.list('listDatasets'), 500), []);
  const [edited, setEdited] = useState<Dataset | 'new'>();
  const [analysed, setAnalysed] = useState<Dataset>();
  const save = async (data: FormData) => {
    const fields = { name: textOf(data, 'name'), tags: readTags(data) };
    if (edited === 'new') await segmentry.api.createDataset(fields);
    else if (edited !== undefined) await segmentry.api.changeDataset({ id: edited.id, ...fields });
    setEdited(undefined);
    datasets.reload();
  };
  const remove = (id: string) => segmentry.api.deleteDataset({ id }).then(datasets.reload);
  return (
    <Page
      title="Datasets"
      actions={
        <button type="button" class="primary" onClick={() => setEdited('new')}>
          Make a dataset
        </button>
      }
    >
      <Failure error={datasets.error} onRetry={datasets.reload} />
      {datasets.value?.length === 0 && (
        <Empty title="No datasets yet">
          <p>
            A dataset is a named set of images and videos, to be analysed together and found again. Make one,
            then choose it when you upload.
          </p>
        </Empty>
      )}
      <ul class="cards">
        {datasets.value?.map((dataset) => (
          <li key={dataset.id} class="plain-card">
            <h2>
              <Link to={`/images?dataset=${encodeURIComponent(dataset.name)}`} class="truncate">
                <bdi>{dataset.name}</bdi>
              </Link>
            </h2>
            <p class="muted">
              <span class="number">{formatCount(dataset.imageCount)}</span> images ·{' '}
              <span class="number">{formatCount(dataset.videoCount)}</span> videos ·{' '}
              <span class="number">{formatCredits(dataset.cost)}</span> credits ·{' '}
              <When at={dataset.modifiedAt} />
            </p>
            <div class="chips">
              {dataset.tags.map((tag) => (
                <Link key={tag} to={`/images?tag=${encodeURIComponent(tag)}`} class="chip">
                  <bdi class="truncate">{tag}</bdi>
                </Link>
              ))}
            </div>
            <div class="card-buttons">
              <button
                type="button"
                onClick={() => setAnalysed(dataset)}
                disabled={dataset.imageCount + dataset.videoCount === 0}
              >
                Analyse
              </button>
              <button type="button" class="quiet" onClick={() => setEdited(dataset)}>
                Change
              </button>
              <ConfirmButton
                name="Delete"
                label={`Delete ${dataset.name}`}
                title="Delete the dataset?"
                text="Its images and videos stay, with their results."
                quiet
                act={() => remove(dataset.id)}
              />
            </div>
          </li>
        ))}
      </ul>
      {edited !== undefined && (
        <Dialog
          title={edited === 'new' ? 'Make a dataset' : 'Change the dataset'}
          onClose={() => setEdited(undefined)}
        >
          <Form verb="Save" submit={save}>
            <label class="field">
              <span>Name</span>
              <input
                name="name"
                required
                maxLength={100}
                defaultValue={edited === 'new' ? '' : edited.name}
              />
            </label>
            <label class="field">
              <span>Tags, with commas between</span>
              <input name="tags" defaultValue={edited === 'new' ? '' : edited.tags.join(', ')} />
            </label>
          </Form>
        </Dialog>
      )}
      {analysed !== undefined && (
        <AnalyseDialog
          title="Analyse the dataset"
          target={{ dataset: analysed.id }}
          onClose={() => setAnalysed(undefined)}
          onBegun={({ id }) => navigate(`/batches/${id}`)}
        />
      )}
    </Page>
  );
}
