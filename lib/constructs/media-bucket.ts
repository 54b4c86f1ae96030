import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  EventType,
  HttpMethods,
  type IBucket,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Hosting } from '../hosting.ts';
import type { Settings } from '../settings.ts';
import { differencesOf, readTarget } from '../target.ts';
import { importKey, KEY_USES } from './customer-key.ts';
import type { Runner } from './runner.ts';

/** What lies where in the bucket. */
export type Folder =
  | 'uploads'
  | 'archives'
  | 'images'
  | 'videos'
  | 'results'
  | 'overlays'
  | 'thumbnails'
  | 'exports'
  | 'incoming-models'
  | 'models';

const ACTIONS = {
  /** Old versions as well: an upload is read in the version that its message names. */
  read: ['s3:GetObject', 's3:GetObjectVersion'],
  write: ['s3:PutObject'],
  /** Objects in parts, which are taken back where a part fails. */
  'write-parts': ['s3:PutObject', 's3:AbortMultipartUpload'],
  remove: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
} as const;

export interface MediaBucketProps {
  readonly settings: Settings;
  readonly hosting: Pick<Hosting, 'bucketName' | 'keyArn'>;
}

/** The bucket: private, encrypted, versioned so that an overwrite can't change what is being read. */
export class MediaBucket extends Construct {
  readonly bucket: IBucket;
  readonly #keyArn: string | undefined;

  constructor(scope: Construct, id: string, { settings, hosting }: MediaBucketProps) {
    super(scope, id);
    this.#keyArn = hosting.keyArn;
    this.bucket =
      hosting.bucketName === undefined
        ? (this.#make(settings) as IBucket)
        : Bucket.fromBucketName(this, 'Bucket', hosting.bucketName);
  }

  #make(settings: Settings): Bucket {
    const target = differencesOf(readTarget(this));
    return new Bucket(this, 'Bucket', {
      ...(target.bucketLogs && {
        serverAccessLogsBucket: this.#keepLogs() as IBucket,
        serverAccessLogsPrefix: 'media/',
      }),
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      ...(this.#keyArn === undefined
        ? { encryption: BucketEncryption.S3_MANAGED }
        : { encryptionKey: importKey(this, this.#keyArn), bucketKeyEnabled: true }),
      enforceSSL: target.tlsOnly,
      versioned: true,
      cors: [
        {
          allowedMethods: [HttpMethods.GET, HttpMethods.POST],
          allowedOrigins: ['*'],
          allowedHeaders: ['*'],
          maxAge: 3600,
        },
      ],
      lifecycleRules: [
        {
          id: 'expire-uploads',
          prefix: 'uploads/',
          expiration: Duration.days(settings.uploadRetentionDays),
        },
        {
          id: 'expire-archives',
          prefix: 'archives/',
          expiration: Duration.days(settings.uploadRetentionDays),
        },
        {
          id: 'expire-incoming-models',
          prefix: 'incoming-models/',
          expiration: Duration.days(settings.uploadRetentionDays),
        },
        { id: 'expire-exports', prefix: 'exports/', expiration: Duration.days(1) },
        { id: 'abort-left-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
        { id: 'expire-replaced-versions', noncurrentVersionExpiration: Duration.days(1) },
        { id: 'expire-delete-markers', expiredObjectDeleteMarker: true },
      ],
      removalPolicy: target.keepData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
  }

  /** Where S3 writes who read and wrote what, for a quarter of a year. */
  #keepLogs(): Bucket {
    return new Bucket(this, 'AccessLogs', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [{ expiration: Duration.days(90) }],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }

  /** Has S3 tell the queue of each object that arrives in the folder. */
  notifyOf(folder: Folder, queue: Queue): void {
    this.#seenFrom(Stack.of(queue)).addEventNotification(
      EventType.OBJECT_CREATED,
      new SqsDestination(queue),
      {
        prefix: `${folder}/`,
      },
    );
  }

  /** A notification belongs to the stack of its queue; otherwise each of the two stacks would need the other first. */
  #seenFrom(stack: Stack): IBucket {
    const seen = stack.node.tryFindChild('MediaBucket') as IBucket | undefined;
    return seen ?? Bucket.fromBucketName(stack, 'MediaBucket', this.bucket.bucketName);
  }

  /** Grants what is named and nothing else; `{ images: ['read'] }`. */
  grant(fn: Runner, access: Partial<Record<Folder, readonly (keyof typeof ACTIONS)[]>>): void {
    for (const [folder, kinds] of Object.entries(access)) {
      const actions = kinds.flatMap((kind) => ACTIONS[kind]);
      fn.allow(actions, [this.bucket.arnForObjects(`${folder}/*`)]);
    }
    if (this.#keyArn !== undefined) fn.allow(KEY_USES, [this.#keyArn]);
    fn.addEnvironment({ BUCKET_NAME: this.bucket.bucketName });
  }

  /** Lets a function see which objects there are, and so tell a missing one from a forbidden one. */
  grantList(fn: Runner): void {
    fn.allow(['s3:ListBucket'], [this.bucket.bucketArn]);
  }
}
