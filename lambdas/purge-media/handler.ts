import type { DynamoDBRecord } from 'aws-lambda';
import {
  type GoneImage,
  type GoneVideo,
  type PurgeMediaPorts,
  purgeImage,
  purgeVideo,
} from '../../core/domain/cleanup/purge-media.ts';
import { streamHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

interface Ports extends PurgeMediaPorts {
  readonly readGoneImage: (record: DynamoDBRecord) => GoneImage | undefined;
  readonly readGoneVideo: (record: DynamoDBRecord) => GoneVideo | undefined;
}

/** Removes all that hung on images and videos whose records are gone. */
export const createHandler = (ports: Ports, telemetry: Telemetry) =>
  streamHandler(async (record) => {
    const image = ports.readGoneImage(record);
    const video = ports.readGoneVideo(record);
    if (image !== undefined) await purgeImage(image, ports);
    if (video !== undefined) await purgeVideo(video, ports);
    const id = (image ?? video)?.id;
    if (id !== undefined) telemetry.logger.info('An image or a video was forgotten', { id });
  }, telemetry);
