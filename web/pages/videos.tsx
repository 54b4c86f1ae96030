import { useState } from 'preact/hooks';
import { formatClock } from '../app/format.ts';
import { segmentry } from '../app/session.ts';
import { useList } from '../app/use-list.ts';
import { useUploads } from '../app/use-uploads.ts';
import { Empty, Failure, Page } from '../components/common.tsx';
import { GridTabs } from '../components/grid-tabs.tsx';
import { LoadOn } from '../components/load-on.tsx';
import { GridSkeleton, MediaCard } from '../components/media-card.tsx';
import { UploadCard } from '../components/upload-card.tsx';
import { VideoThumbnail } from '../components/video-thumbnail.tsx';

const PAGE_SIZE = 100;

/** All videos, newest first. */
export function VideosPage() {
  const [most, setMost] = useState(PAGE_SIZE);
  const uploads = useUploads().filter(({ file }) => file.type.startsWith('video/'));
  const finished = uploads.filter(({ status }) => status === 'done').length;
  const videos = useList((signal) => segmentry.list('listVideos', {}, { signal }), most, [finished]);
  const running = uploads.filter(({ status }) => status !== 'done');
  return (
    <Page title="Videos" actions={<GridTabs />}>
      <Failure error={videos.error} onRetry={videos.reload} />
      {videos.items === undefined && videos.error === undefined && (
        <GridSkeleton label="Videos are being listed" />
      )}
      {videos.items?.length === 0 && running.length === 0 && (
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
        {videos.items?.map(({ id, filename, width, height, uploadedAt, durationSeconds }) => (
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
      {videos.items !== undefined && !videos.isWhole && videos.error === undefined && (
        <LoadOn key={videos.items.length} onNear={() => setMost(most + PAGE_SIZE)} />
      )}
    </Page>
  );
}
