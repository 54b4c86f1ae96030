import { useEffect, useRef, useState } from 'preact/hooks';
import { Link } from '../app/router.tsx';
import { type RunningUpload, uploads } from '../app/uploads.ts';
import { useIsNear } from './use-is-near.ts';

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
  const { key, file, status, error, jobs } = upload;
  const page = pageOf(upload);
  const frame = useRef<HTMLDivElement>(null);
  const preview = usePreview(file, useIsNear(frame));
  const isOver = status === 'failed' || status === 'canceled';
  const progress = progressOf(upload);
  return (
    <li class={`card running running-${status}`}>
      <div class="thumbnail" ref={frame}>
        {preview !== undefined && <img src={preview} alt="" />}
      </div>
      <bdi class="card-name truncate" title={file.name}>
        {page === undefined ? file.name : <Link to={page}>{file.name}</Link>}
      </bdi>
      <span class="card-facts" role="status">
        {error ??
          (jobs.length > 0 && jobs.every((job) => job.status === 'queued') ? 'In the queue' : WORDS[status])}
        {(status === 'sending' || status === 'ingesting') &&
          progress !== undefined &&
          ` · ${Math.round(progress * 100)} %`}
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
            <button type="button" class="quiet" onClick={() => uploads.retry(key)}>
              Try again
            </button>
            <button type="button" class="quiet" onClick={() => uploads.dismiss(key)}>
              Dismiss
            </button>
          </>
        ) : (
          status !== 'done' && (
            <button type="button" class="quiet" onClick={() => uploads.cancel(key)}>
              Cancel
            </button>
          )
        )}
      </span>
    </li>
  );
}

function pageOf({ imageId, videoId }: RunningUpload): string | undefined {
  if (imageId !== undefined) return `/images/${imageId}`;
  return videoId === undefined ? undefined : `/videos/${videoId}`;
}

function progressOf({ status, upload, sentShare, jobs }: RunningUpload): number | undefined {
  if (status === 'done') return 1;
  if (status === 'sending') return sentShare;
  if (status === 'ingesting' && upload !== undefined && upload.progress.total > 0)
    return (upload.progress.done + upload.progress.refused) / upload.progress.total;
  const [job] = jobs;
  return status === 'analyzing' && job !== undefined && job.progress > 0 ? job.progress : undefined;
}

/** Of a thousand files only those in view are decoded. */
function usePreview(file: File, isNear: boolean): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!isNear || !/^image\/(jpeg|png|webp|gif|avif)$/.test(file.type)) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file, isNear]);
  return url;
}
