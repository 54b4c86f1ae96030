/**
 * What the API takes and gives, read off the very contracts that the server validates with. Types only: nothing of
 * the contracts is in the package at run time. `build/` writes them out for those who install it.
 */
import type * as z from 'zod';
import type { AnalysisOptions as AnalysisOptionsSchema } from '../core/contracts/analysis-options.ts';
import type { AnnouncedEvent } from '../core/contracts/events.ts';
import type * as accounts from '../core/contracts/http/accounts.ts';
import type * as batches from '../core/contracts/http/batches.ts';
import type * as credits from '../core/contracts/http/credits.ts';
import type * as datasets from '../core/contracts/http/datasets.ts';
import type * as images from '../core/contracts/http/images.ts';
import type * as jobs from '../core/contracts/http/jobs.ts';
import type * as models from '../core/contracts/http/models.ts';
import type { Problem as ProblemBody } from '../core/contracts/http/problem.ts';
import type * as service from '../core/contracts/http/service.ts';
import type * as uploads from '../core/contracts/http/uploads.ts';
import type * as videos from '../core/contracts/http/videos.ts';
import type * as webhooks from '../core/contracts/http/webhooks.ts';
import type * as live from '../core/contracts/live-messages.ts';
import type * as results from '../core/contracts/result-document.ts';
import type * as videoResults from '../core/contracts/video-result.ts';

export type Problem = ProblemBody;
export type AnalysisOptions = z.input<typeof AnalysisOptionsSchema>;
export type Detection = results.DetectionDocument;
export type Rle = results.RleDocument;
export type ClassSummary = results.ClassSummary;
export type Result = results.ResultDocument;
export type VideoResult = videoResults.VideoResultDocument;
export type FrameResult = videoResults.FrameDocument;
export type Job = jobs.JobBody;
export type Image = images.ImageBody;
export type UploadedImage = images.UploadedImageBody;
export type ListedImage = images.ListedImageBody;
export type Video = videos.VideoBody;
export type ListedVideo = videos.ListedVideoBody;
export type Upload = uploads.UploadBody;
export type Dataset = datasets.DatasetBody;
export type DatasetItem = datasets.DatasetItemBody;
export type Batch = batches.BatchBody;
export type Model = models.ModelBody;
export type ModelVersion = models.ModelVersionBody;
export type User = accounts.UserBody;
export type Tokens = z.infer<typeof accounts.TokensBody>;
export type ApiKey = accounts.ApiKeyBody;
export type Credits = credits.CreditsBody;
export type CreditEntry = credits.CreditEntryBody;
export type Webhook = webhooks.WebhookBody;
export type Delivery = webhooks.DeliveryBody;
export type WebhookEvent = AnnouncedEvent;
export type Topic = live.Topic;
export type LiveMessage = live.LiveMessage;
export type ClientMessage = live.ClientMessage;

type Modules = typeof accounts &
  typeof batches &
  typeof credits &
  typeof datasets &
  typeof images &
  typeof jobs &
  typeof models &
  typeof service &
  typeof uploads &
  typeof videos &
  typeof webhooks;

/** Every `…Route` of the contracts, by its name without that ending. */
type Contracts = {
  [Name in keyof Modules as Name extends `${infer Operation}Route` ? Operation : never]: Modules[Name];
};

/** By operation: `METHOD /path`, what it takes (path, query and body together), what it answers. */
export type Operations = {
  [Name in keyof Contracts]: {
    route: RouteName<Contracts[Name]>;
    request: Flat<PathOf<Contracts[Name]> & QueryOf<Contracts[Name]> & BodyOf<Contracts[Name]>>;
    answer: AnswerOf<Contracts[Name]>;
  };
};

type Flat<Type> = { [Key in keyof Type]: Type[Key] };

type RouteName<Contract> = Contract extends {
  method: infer Method extends string;
  path: infer Path extends string;
}
  ? `${Uppercase<Method>} ${Path}`
  : never;

type PathOf<Contract> = Contract extends { request: { params: infer Schema extends z.ZodType } }
  ? z.output<Schema>
  : unknown;

/** Queries as they are after parsing (lists, not comma-separated text); the client writes them as text. */
type QueryOf<Contract> = Contract extends { request: { query: infer Schema extends z.ZodType } }
  ? Optional<z.input<Schema>, z.output<Schema>>
  : unknown;

type Optional<Input, Output> = {
  [Key in keyof Output as Key extends keyof Input
    ? undefined extends Input[Key]
      ? Key
      : never
    : never]?: Given<Output[Key]>;
} & {
  [Key in keyof Output as Key extends keyof Input
    ? undefined extends Input[Key]
      ? never
      : Key
    : Key]: Given<Output[Key]>;
};

type Given<Value> = Value extends z.output<typeof AnalysisOptionsSchema> ? AnalysisOptions : Value;

type BodyOf<Contract> = Contract extends {
  request: { body: { content: { 'application/json': { schema: infer Schema extends z.ZodType } } } };
}
  ? z.input<Schema>
  : Contract extends { request: { body: { content: { 'image/*': unknown } } } }
    ? { file: Blob; filename: string }
    : unknown;

/** The JSON of any success; nothing where there is none; the response itself where a file is what is answered. */
type AnswerOf<Contract> = Contract extends { responses: infer Responses }
  ? JsonOf<Responses> extends never
    ? 204 extends keyof Responses
      ? undefined
      : Response
    : JsonOf<Responses>
  : never;

type JsonOf<Responses> = {
  [Status in keyof Responses & (200 | 201 | 202)]: Responses[Status] extends {
    content: { 'application/json': { schema: infer Schema extends z.ZodType } };
  }
    ? z.output<Schema>
    : never;
}[keyof Responses & (200 | 201 | 202)];
