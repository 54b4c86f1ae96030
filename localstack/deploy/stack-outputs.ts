import * as z from 'zod';

/** The outputs of the pipeline's stack. Names are fixed: commands and tests rely on them. */
const PipelineOutputs = z.looseObject({
  RestApiId: z.string(),
  StageName: z.string(),
  BucketName: z.string(),
  TableName: z.string(),
  AnalysisQueueUrl: z.string(),
  AnalysisDeadLettersUrl: z.string(),
  UploadQueueUrl: z.string(),
  UploadDeadLettersUrl: z.string(),
  SegmentQueueUrl: z.string(),
  EventsTopicArn: z.string(),
  ReconcileFunctionName: z.string(),
});

/** What the stack of live states tells, where it is deployed. */
const RealtimeOutputs = z.looseObject({ LiveApiId: z.string(), LiveStageName: z.string() });

const Outputs = z
  .object({ Segmentry: PipelineOutputs, SegmentryRealtime: RealtimeOutputs.optional() })
  .catchall(z.record(z.string(), z.string()));

/** Outputs by stack and name. */
export type StackOutputs = z.infer<typeof Outputs>;

/** @throws where an output is missing. */
export const parseOutputs = (outputs: unknown): StackOutputs => Outputs.parse(outputs);
