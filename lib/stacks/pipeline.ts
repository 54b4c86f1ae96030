import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { readAccountSettings } from '../accounts.ts';
import { AnalysisQueue } from '../constructs/analysis-queue.ts';
import { AnalyzeImage } from '../constructs/analyze-image.ts';
import { AnalyzeVideo } from '../constructs/analyze-video.ts';
import { AnnounceChanges } from '../constructs/announce-changes.ts';
import { ApiFunction } from '../constructs/api-function.ts';
import { CheckModel } from '../constructs/check-model.ts';
import { Dashboard } from '../constructs/dashboard.ts';
import { DeliverWebhook } from '../constructs/deliver-webhook.ts';
import { DrawOverlay } from '../constructs/draw-overlay.ts';
import { EraseUser } from '../constructs/erase-user.ts';
import { EventsTopic } from '../constructs/events-topic.ts';
import { IngestUpload } from '../constructs/ingest-upload.ts';
import { MakeThumbnail } from '../constructs/make-thumbnail.ts';
import { Network } from '../constructs/network.ts';
import { OperatorAlarms } from '../constructs/operator-alarms.ts';
import { OriginSecret } from '../constructs/origin-secret.ts';
import { PlanDeliveries } from '../constructs/plan-deliveries.ts';
import { ProcessBatch } from '../constructs/process-batch.ts';
import { PurgeMedia } from '../constructs/purge-media.ts';
import { Reconcile } from '../constructs/reconcile.ts';
import { RestApi } from '../constructs/rest-api.ts';
import { UploadImage } from '../constructs/upload-image.ts';
import { Watch } from '../constructs/watch.ts';
import { readCreditSettings } from '../credits.ts';
import { readHosting } from '../hosting.ts';
import { readSettings } from '../settings.ts';
import { differencesOf, readTarget } from '../target.ts';
import type { DataStack } from './data.ts';
import type { GpuStack } from './gpu.ts';

export interface PipelineStackProps extends StackProps {
  readonly data: DataStack;
  /** Undefined where there are no GPUs. */
  readonly gpu: GpuStack | undefined;
  /** Whether the API is also reached through the console's CloudFront. */
  readonly hasConsole: boolean;
}

/** The whole pipeline: an image comes in, its analysis goes out. */
export class PipelineStack extends Stack {
  readonly restApi: RestApi['restApi'];
  /** Undefined where there is no console. */
  readonly originSecret: OriginSecret | undefined;

  constructor(scope: Construct, id: string, { data, gpu, hasConsole, ...props }: PipelineStackProps) {
    super(scope, id, props);
    const { table, bucket, signingKey, webhookSecrets } = data;
    const settings = readSettings(this);
    const accounts = readAccountSettings(this);
    const credits = readCreditSettings(this);
    const hosting = readHosting(this, settings);
    if (hosting.vpc) new Network(this);

    const events = new EventsTopic(this, 'Events');
    const alarms = new OperatorAlarms(this, 'Alarms');
    const analysisQueue = new AnalysisQueue(this, 'Analysis', {
      visibilitySeconds: settings.analysisVisibilitySeconds,
      maxReceives: settings.maxReceives,
      alarms,
      gpu: gpu?.jobs,
    });

    const uploadImage = new UploadImage(this, 'UploadImage', {
      settings,
      credits,
      signingKey,
      bucket,
      table,
      analysisQueue,
    });
    const ingestUpload = new IngestUpload(this, 'IngestUpload', {
      settings,
      credits,
      bucket,
      table,
      analysisQueue,
      alarms,
    });
    const analyzeVideo = new AnalyzeVideo(this, 'AnalyzeVideo', { settings, credits, bucket, table, alarms });
    const analyzeImage = new AnalyzeImage(this, 'AnalyzeImage', {
      settings,
      credits,
      bucket,
      table,
      analysisQueue,
      analyzeVideo,
    });
    const checkModel = new CheckModel(this, 'CheckModel', { settings, bucket, table, alarms });
    const purgeMedia = new PurgeMedia(this, 'PurgeMedia', { settings, credits, bucket, table, alarms });
    new AnnounceChanges(this, 'AnnounceChanges', { table, events, purgeMedia, alarms });
    const drawOverlay = new DrawOverlay(this, 'DrawOverlay', { settings, signingKey, bucket, table });
    const makeThumbnail = new MakeThumbnail(this, 'MakeThumbnail', { settings, signingKey, bucket, table });
    const eraseUser = new EraseUser(this, 'EraseUser', { bucket, table, alarms });
    const processBatch = new ProcessBatch(this, 'ProcessBatch', {
      settings,
      credits,
      bucket,
      table,
      analysisQueue,
      alarms,
    });
    const api = new ApiFunction(this, 'Api', {
      settings,
      credits,
      accounts,
      signingKey,
      eraseUser,
      bucket,
      table,
      processBatch,
    });
    const deliverWebhook = new DeliverWebhook(this, 'DeliverWebhook', {
      settings,
      table,
      webhookSecrets,
      alarms,
    });
    new PlanDeliveries(this, 'PlanDeliveries', { settings, table, events, deliverWebhook, alarms });
    deliverWebhook.grantManage(api.function);
    analysisQueue.tellDevices([api.function, uploadImage.function]);
    const reconcile = new Reconcile(this, 'Reconcile', {
      settings,
      credits,
      bucket,
      table,
      analysisQueue,
      uploads: ingestUpload.uploads,
      events,
      deliverWebhook,
      processBatch,
    });

    this.originSecret = hasConsole ? new OriginSecret(this, 'Origin') : undefined;
    this.originSecret?.grantCompare(api.function);
    const { restApi } = new RestApi(this, 'RestApi', {
      settings,
      hosting,
      originSecret: this.originSecret,
      api: api.function,
      routes: {
        'POST /v1/images': uploadImage.function,
        'GET /v1/images/{id}/thumbnail.webp': makeThumbnail.function,
        'GET /v1/jobs/{id}/overlay.png': drawOverlay.function,
      },
    });

    this.restApi = restApi;

    if (differencesOf(readTarget(this)).metrics) {
      new Watch(this, 'Watch', {
        settings,
        alarms,
        restApi,
        apiFunctions: [api.function, uploadImage.function, drawOverlay.function, makeThumbnail.function],
        analyze: [analyzeImage.function, analyzeVideo.function],
        reconcile: reconcile.function,
        table,
        bucket,
      });
      new Dashboard(this, 'Dashboard', { restApi, table });
    }

    const outputs = {
      RestApiId: restApi.restApiId,
      StageName: restApi.deploymentStage.stageName,
      BucketName: bucket.bucket.bucketName,
      TableName: table.table.tableName,
      AnalysisQueueUrl: analysisQueue.queue.queueUrl,
      AnalysisDeadLettersUrl: analysisQueue.deadLetters.queueUrl,
      UploadQueueUrl: ingestUpload.uploads.queue.queueUrl,
      UploadDeadLettersUrl: ingestUpload.uploads.deadLetters.queueUrl,
      ModelQueueUrl: checkModel.incoming.queue.queueUrl,
      ModelDeadLettersUrl: checkModel.incoming.deadLetters.queueUrl,
      SegmentQueueUrl: analyzeVideo.segments.queue.queueUrl,
      SegmentDeadLettersUrl: analyzeVideo.segments.deadLetters.queueUrl,
      SigningKeyId: signingKey.keyId,
      EventsTopicArn: events.topic.topicArn,
      BatchQueueUrl: processBatch.batches.queue.queueUrl,
      BatchDeadLettersUrl: processBatch.batches.deadLetters.queueUrl,
      DeliveryQueueUrl: deliverWebhook.deliveries.queue.queueUrl,
      DeliveryDeadLettersUrl: deliverWebhook.deliveries.deadLetters.queueUrl,
      ReconcileFunctionName: reconcile.function.lambda.functionName,
    };
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value });
  }
}
