import { useState } from 'preact/hooks';
import { formatClock } from '../app/format.ts';
import { segmentry } from '../app/session.ts';
import { take, useLoad } from '../app/use-load.ts';
import { useUploads } from '../app/use-uploads.ts';
import { Empty, Failure, Page } from '../components/common.tsx';
import { GridTabs } from '../components/grid-tabs.tsx';
import { GridSkeleton, MediaCard } from '../components/media-card.tsx';
import { UploadCard } from '../components/upload-card.tsx';
import { VideoThumbnail } from '../components/video-thumbnail.tsx';

const PAGE_SIZE = 30;

/** All videos, newest first. */
export function VideosPage() {
  const [most, setMost] = useState(PAGE_SIZE);
  const uploads = useUploads().filter(({ file }) => file.type.startsWith('video/'));
  const finished = uploads.filter(({ status }) => status === 'done').length;
  const videos = useLoad(
    (signal) => take(segmentry.list('listVideos', {}, { signal }), most),
    [most, finished],
  );
  const running = uploads.filter(({ status }) => status !== 'done');
  return (
    <Page title="Videos" actions={<GridTabs />}>
      <Failure error={videos.error} onRetry={videos.reload} />
      {videos.value === undefined && videos.error === undefined && (
        <GridSkeleton label="Videos are being listed" />
      )}
      {videos.value?.length === 0 && running.length === 0 && (
        <Empty title="No videos yet">
          <p>
            A video is looked at frame by frame: you see when each class appears, and what was found in every
            frame. Drop an MP4, MOV or WebM anywhere.
          </p>
        </Empty>
      )}
      <ul class="grid">
        {running.map((upload) => (
          <UploadCard key={upload.key} upload={upload} />
        ))}
        {videos.value?.map(({ id, filename, width, height, uploadedAt, durationSeconds }) => (
          <MediaCard
            key={id}
            to={`/videos/${id}`}
            ratio={width / height}
            jobs={[]}
            facts={<span class="number">{formatClock(durationSeconds)}</span>}
            filename={filename}
            uploadedAt={uploadedAt}
          >
            <VideoThumbnail id={id} />
          </MediaCard>
        ))}
      </ul>
      {videos.value?.length === most && (
        <button type="button" class="more" onClick={() => setMost(most + PAGE_SIZE)}>
          Show more
        </button>
      )}
    </Page>
  );
}
