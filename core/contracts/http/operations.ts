import type { RouteConfig } from '@hono/zod-openapi';
import * as accounts from './accounts.ts';
import * as batches from './batches.ts';
import * as credits from './credits.ts';
import * as datasets from './datasets.ts';
import * as images from './images.ts';
import * as jobs from './jobs.ts';
import * as models from './models.ts';
import * as service from './service.ts';
import * as uploads from './uploads.ts';
import * as videos from './videos.ts';
import * as webhooks from './webhooks.ts';

const MODULES = [
  images,
  videos,
  uploads,
  jobs,
  batches,
  datasets,
  models,
  webhooks,
  credits,
  accounts,
  service,
];

/** One operation of the API, under the name that every client calls it by. */
export interface Operation {
  readonly id: string;
  readonly route: RouteConfig;
}

const ENDING = 'Route';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const orderOf = ({ path, method }: RouteConfig) => `${path} ${METHODS.indexOf(method)}`;

/** Every `…Route` of a module, by its name without that ending; in the order of their paths. */
const operationsOf = (module: object): Operation[] =>
  Object.entries(module)
    .filter(([name]) => name.endsWith(ENDING))
    .map(([name, route]: [string, RouteConfig]) => ({ id: name.slice(0, -ENDING.length), route }))
    .sort((one, other) => (orderOf(one.route) < orderOf(other.route) ? -1 : 1));

export const OPERATIONS: readonly Operation[] = MODULES.flatMap(operationsOf);
