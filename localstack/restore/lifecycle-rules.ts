import type { LifecycleRule } from '@aws-sdk/client-s3';
import * as z from 'zod';

const Rule = z.strictObject({
  Id: z.string().optional(),
  Status: z.enum(['Enabled', 'Disabled']),
  Prefix: z.string().optional(),
  ExpirationInDays: z.int().positive().optional(),
  ExpiredObjectDeleteMarker: z.boolean().optional(),
  AbortIncompleteMultipartUpload: z.strictObject({ DaysAfterInitiation: z.int().positive() }).optional(),
  NoncurrentVersionExpiration: z.strictObject({ NoncurrentDays: z.int().positive() }).optional(),
});

const LifecycleConfiguration = z.strictObject({ Rules: z.array(Rule) });

/**
 * A bucket's `LifecycleConfiguration` as CloudFormation words it, in the words of the S3 API.
 * @throws ZodError where a rule says something that is not translated here.
 */
export function toLifecycleRules(configuration: unknown): LifecycleRule[] {
  return LifecycleConfiguration.parse(configuration).Rules.map((rule) => ({
    ...(rule.Id !== undefined && { ID: rule.Id }),
    Status: rule.Status,
    Filter: { Prefix: rule.Prefix ?? '' },
    ...expirationOf(rule),
    ...(rule.AbortIncompleteMultipartUpload && {
      AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
    }),
    ...(rule.NoncurrentVersionExpiration && {
      NoncurrentVersionExpiration: rule.NoncurrentVersionExpiration,
    }),
  }));
}

function expirationOf(rule: z.infer<typeof Rule>): Pick<LifecycleRule, 'Expiration'> {
  if (rule.ExpirationInDays !== undefined) return { Expiration: { Days: rule.ExpirationInDays } };
  if (rule.ExpiredObjectDeleteMarker !== undefined) {
    return { Expiration: { ExpiredObjectDeleteMarker: rule.ExpiredObjectDeleteMarker } };
  }
  return {};
}
