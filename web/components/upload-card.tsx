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

const OVER: ReadonlySet<RunningUpload['status']> = new Set(['failed', 'canceled']);

/** A file on its way, among the images that are there. */
export function UploadCard({ upload }: { upload: RunningUpload }) {
  const { file, status, error } = upload;
  const page = pageOf(upload);
  const frame = useRef<HTMLDivElement>(null);
  const preview = usePreview(file, useIsNear(frame));
  const isOver = OVER.has(status);
  const progress = progressOf(upload);
  return (
    <div class={`running running-${status}`}>
      <div class="thumbnail" ref={frame}>
        {preview !== undefined && <img src={preview} alt="" />}
        <div class="running-state">
          {error !== undefined && <p role="alert">{error}</p>}
          <Actions upload={upload} />
          {!isOver && (
            <progress
              aria-label={`Progress of ${file.name}`}
              {...(progress !== undefined && { value: progress })}
              max={1}
            />
          )}
        </div>
      </div>
      <bdi class="card-name truncate" title={file.name}>
        {page === undefined ? file.name : <Link to={page}>{file.name}</Link>}
      </bdi>
      <span class="card-facts" role="status">
        {isQueued(upload) ? 'In the queue' : WORDS[status]}
        {(status === 'sending' || status === 'ingesting') &&
          progress !== undefined &&
          ` · ${Math.round(progress * 100)} %`}
      </span>
    </div>
  );
}

/** What can be done about it: they lie on the picture, so that a file on its way is as high as an image. */
function Actions({ upload: { key, status } }: { upload: RunningUpload }) {
  if (status === 'done') return null;
  if (!OVER.has(status))
    return (
      <button type="button" onClick={() => uploads.cancel(key)}>
        Cancel
      </button>
    );
  return (
    <span class="card-actions">
      <button type="button" onClick={() => uploads.retry(key)}>
        Try again
      </button>
      <button type="button" onClick={() => uploads.dismiss(key)}>
        Dismiss
      </button>
    </span>
  );
}

/** Of what is listed. */
export const keyOf = (tile: RunningUpload | { readonly id: string }): string =>
  'file' in tile ? tile.key : tile.id;

/** The shape of a file on its way is not known yet. */
export const ratioOf = (tile: RunningUpload | { readonly width: number; readonly height: number }): number =>
  'file' in tile ? 1.3 : tile.width / tile.height;

function pageOf({ imageId, videoId }: RunningUpload): string | undefined {
  if (imageId !== undefined) return `/images/${imageId}`;
  return videoId === undefined ? undefined : `/videos/${videoId}`;
}

/** Of a zip's jobs, which are thousands, nothing is told one by one. */
const isQueued = ({ status, batch, jobs }: RunningUpload): boolean =>
  status === 'analyzing' && batch === undefined && jobs.every((job) => job.status === 'queued');

function progressOf({ status, upload, sentShare, endedShare, jobs }: RunningUpload): number | undefined {
  if (status === 'done') return 1;
  if (status === 'sending') return sentShare;
  if (status === 'ingesting' && upload !== undefined && upload.progress.total > 0)
    return (upload.progress.done + upload.progress.refused) / upload.progress.total;
  if (endedShare !== undefined) return endedShare;
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
