import { useState } from 'preact/hooks';
import { navigate } from '../app/router.tsx';
import { segmentry } from '../app/session.ts';
import { take, useLoad } from '../app/use-load.ts';
import { Failure } from '../components/common.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Thumbnail } from '../components/thumbnail.tsx';

const RECENT = 6;

/** Looks at one picture with a model: a new one, or one that is there. */
export function TryModelDialog({ model, onClose }: { model: string; onClose: () => void }) {
  const images = useLoad((signal) => take(segmentry.list('listImages', {}, { signal }), RECENT), []);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const begin = (work: Promise<string>) => {
    setBusy(true);
    setError(undefined);
    work.then(
      (page) => navigate(page),
      (failure) => {
        setError(failure);
        setBusy(false);
      },
    );
  };
  const send = async (file: File) => {
    const { images: stored } = await segmentry.send(file, { models: [model] });
    return `/images/${stored[0]}`;
  };
  const look = async (id: string) => {
    await segmentry.api.createBatch({ images: [id], models: [model] });
    return `/images/${id}`;
  };
  return (
    <Dialog title={`Try ${model}`} onClose={onClose}>
      <label class="drop-zone">
        <input
          type="file"
          accept="image/*"
          aria-label="Picture"
          disabled={isBusy}
          onChange={({ currentTarget: { files } }) => files?.[0] && begin(send(files[0]))}
        />
        <span>{isBusy ? 'Is being sent' : <strong>Choose a picture</strong>}</span>
      </label>
      <Failure error={error ?? images.error} />
      {(images.value ?? []).length > 0 && (
        <>
          <p class="muted">Or one of your newest:</p>
          <div class="picks">
            {images.value?.map(({ id, filename }) => (
              <button
                key={id}
                type="button"
                disabled={isBusy}
                aria-label={filename}
                onClick={() => begin(look(id))}
              >
                <Thumbnail id={id} alt="" />
              </button>
            ))}
          </div>
        </>
      )}
    </Dialog>
  );
}
