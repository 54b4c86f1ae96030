import { useEffect, useState } from 'preact/hooks';
import { Link } from '../app/router.tsx';
import { type RunningUpload, uploads } from '../app/uploads.ts';

const WORDS: Record<RunningUpload['status'], string> = {
  waiting: 'Waits its turn',
  sending: 'Sending',
  ingesting: 'Being taken in',
  analyzing: 'Being analysed',
  done: 'Done',
  failed: 'Failed',
  canceled: 'Canceled',
};

/** A file on its way, among the images that are there. */
export function UploadCard({ upload }: { upload: RunningUpload }) {
  const { id, file, status, error, imageId, jobs } = upload;
  const preview = usePreview(file);
  const isOver = status === 'failed' || status === 'canceled';
  const progress = progressOf(upload);
  return (
    <li class={`card running running-${status}`}>
      <div class="thumbnail">{preview !== undefined && <img src={preview} alt="" />}</div>
      <bdi class="card-name truncate" title={file.name}>
        {imageId === undefined ? file.name : <Link to={`/images/${imageId}`}>{file.name}</Link>}
      </bdi>
      <span class="card-facts" role="status">
        {error ??
          (jobs.length > 0 && jobs.every((job) => job.status === 'queued') ? 'In the queue' : WORDS[status])}
        {status === 'ingesting' && progress !== undefined && ` · ${Math.round(progress * 100)} %`}
      </span>
      {!isOver && (
        <progress
          aria-label={`Progress of ${file.name}`}
          {...(progress !== undefined && { value: progress })}
          max={1}
        />
      )}
      <span class="card-actions">
        {isOver ? (
          <>
            <button type="button" class="quiet" onClick={() => uploads.retry(id)}>
              Try again
            </button>
            <button type="button" class="quiet" onClick={() => uploads.dismiss(id)}>
              Dismiss
            </button>
          </>
        ) : (
          status !== 'done' && (
            <button type="button" class="quiet" onClick={() => uploads.cancel(id)}>
              Cancel
            </button>
          )
        )}
      </span>
    </li>
  );
}

function progressOf({ status, upload }: RunningUpload): number | undefined {
  if (status === 'done') return 1;
  if (upload !== undefined && upload.progress.total > 0) {
    return (upload.progress.done + upload.progress.refused) / upload.progress.total;
  }
  return undefined;
}

function usePreview(file: File): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!/^image\/(jpeg|png|webp|gif|avif)$/.test(file.type)) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url;
}
