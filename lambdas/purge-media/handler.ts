import type { DynamoDBRecord } from 'aws-lambda';
import {
  type ForgetImagePorts,
  forgetImage,
  forgetVideo,
  type GoneImage,
  type GoneVideo,
} from '../../core/domain/cleanup/purge-media.ts';
import { streamHandler } from '../../core/runtime/batch-handler.ts';
import type { Telemetry } from '../../core/runtime/telemetry.ts';

interface Ports extends ForgetImagePorts {
  readonly readGoneImage: (record: DynamoDBRecord) => GoneImage | undefined;
  readonly readGoneVideo: (record: DynamoDBRecord) => GoneVideo | undefined;
}

/** Removes all that hung on images and videos whose records are gone. */
export const createHandler = (ports: Ports, telemetry: Telemetry) =>
  streamHandler(async (record) => {
    const image = ports.readGoneImage(record);
    const video = ports.readGoneVideo(record);
    if (image !== undefined) await forgetImage(image, ports);
    if (video !== undefined) await forgetVideo(video, ports);
    const id = (image ?? video)?.id;
    if (id !== undefined) telemetry.logger.info('An image or a video was forgotten', { id });
  }, telemetry);
