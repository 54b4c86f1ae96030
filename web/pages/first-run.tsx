import { useState } from 'preact/hooks';
import { navigate } from '../app/router.tsx';
import { segmentry } from '../app/session.ts';
import { uploads } from '../app/uploads.ts';
import { Failure } from '../components/common.tsx';

/** Where there is no image yet: what this is for, and the first step. */
export function FirstRun() {
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const trySample = async () => {
    setBusy(true);
    try {
      const [picture, models] = await Promise.all([fetch(SAMPLE), segmentry.api.listModels()]);
      const model = models.items.find(({ id }) => id === SAMPLE_MODEL) ?? models.items[0];
      const file = new File([await picture.blob()], 'sample.jpg', { type: 'image/jpeg' });
      uploads.add([file], { models: model === undefined ? [] : [model.id], dataset: undefined });
      navigate('/images');
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  return (
    <div class="first-run">
      <h1>Drop a picture</h1>
      <p class="lead">
        Every object in it is found and outlined, with its class, its confidence and its area. Videos and zips
        go too.
      </p>
      <button type="button" class="sample" onClick={() => void trySample()} disabled={isBusy}>
        <img src={SAMPLE} alt="A table with food on plates" width="480" height="360" />
        <span>{isBusy ? 'Is being sent' : 'Try this one'}</span>
      </button>
      <Failure error={error} />
    </div>
  );
}

const SAMPLE = new URL('../../models/samples/table-1.jpg', import.meta.url).href;

/** The model that ships knows what is on the sample that ships. */
const SAMPLE_MODEL = 'segmentry-food';
