import { DeleteBucketPolicyCommand, ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { clientConfiguration } from '../client-configuration.ts';
import type { EmulatorAccount } from '../emulator.ts';

/** The bootstrap's asset bucket refuses plain HTTP, which is all there is on loopback. */
export async function dropTlsOnlyPolicies(endpointUrl: string, account: EmulatorAccount): Promise<void> {
  const s3 = new S3Client({ ...clientConfiguration(endpointUrl, account), forcePathStyle: true });
  const { Buckets = [] } = await s3.send(new ListBucketsCommand());
  for (const { Name } of Buckets) {
    if (Name?.startsWith('cdk-') === true) await s3.send(new DeleteBucketPolicyCommand({ Bucket: Name }));
  }
}
