/** A finding of cdk-nag that is left as it is. */
export interface Acknowledged {
  readonly rule: RegExp;
  /** The constructs whose finding it is. */
  readonly where: RegExp;
  readonly reason: string;
}

const everywhere = /^/;

export const ACKNOWLEDGED: readonly Acknowledged[] = [
  {
    rule: /^AwsSolutions-IAM4\[.*AmazonECSInfrastructureRolePolicyForManagedInstances\]$/,
    where: /^SegmentryGpu\/Capacity\/OnDemand\/OnDemandRole\/Resource$/,
    reason: 'ECS itself takes this role to start machines, and AWS keeps the policy to what that needs.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::(\*|.*:container-instance\/\*)\]$/,
    where: /^SegmentryGpu\/Capacity\/OnDemand\/InstanceRole\/Resource$/,
    reason: 'The role of machines, as CDK makes it: they are named by ECS as they start.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /^SegmentryGpu\/AnalyzeOnGpu\/Task\/ExecutionRole\/DefaultPolicy\/Resource$/,
    reason: 'The token with which an image is fetched knows no resources.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::.*:task\/<CapacityCluster\w+>\/\*\]$/,
    where: /^SegmentryGpu\/AnalyzeOnGpu\/Task\/TaskRole\/DefaultPolicy\/Resource$/,
    reason: 'A task protects itself; ECS names it as it starts.',
  },
  {
    rule: /^AwsSolutions-ECS2$/,
    where: /^SegmentryGpu\/AnalyzeOnGpu\/Task\/Resource$/,
    reason: 'None of the variables is a secret: names of queues, tables and buckets, and settings.',
  },
  {
    rule: /^AwsSolutions-ECS4$/,
    where: /^SegmentryGpu\/Capacity\/Cluster\/Resource$/,
    reason:
      'Container Insights costs money also while no task runs; the queue, its alarms and the log say what there is to know.',
  },
  {
    rule: /^AwsSolutions-IAM4\[.*AWSLambdaBasicExecutionRole\]$/,
    where: /\/ServiceRole\/Resource$|BucketNotificationsHandler/,
    reason: 'The managed policy grants what a function needs to write its log, and nothing else.',
  },
  {
    rule: /^AwsSolutions-IAM4\[.*AmazonAPIGatewayPushToCloudWatchLogs\]$/,
    where: /\/RestApi\/Api\/CloudWatchRole\/Resource$/,
    reason: 'The managed policy that AWS asks for by name: all gateways of the account log by this role.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    where: /\/ServiceRole\/DefaultPolicy\/Resource$|BucketNotificationsHandler/,
    reason: 'X-Ray, and the listing of streams, know no resources.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::.*RecordsTable\w+Arn\w+\/index\/\*\]$/,
    where: /\/(ServiceRole|TaskRole)\/DefaultPolicy\/Resource$/,
    reason: 'The indexes of the one table, which are made together.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::.*ImagesBucket\w+Arn\w+\/(uploads|archives|images|videos|results|overlays|thumbnails|exports|incoming-models|models)\/\*\]$/,
    where: /\/(ServiceRole|TaskRole)\/DefaultPolicy\/Resource$/,
    reason: 'Objects are granted by folder, as their names are made later.',
  },
  {
    rule: /^AwsSolutions-IAM5\[Resource::.*\/@connections\/\*\]$/,
    where: /^SegmentryRealtime\//,
    reason: 'Connections are named by API Gateway as they are opened.',
  },
  {
    rule: /^AwsSolutions-(APIG4|COG4)$/,
    where: /^Segmentry(Realtime)?\/(RestApi|LiveApi)\//,
    reason:
      'The functions authenticate each request themselves, also by API keys and tokens of other issuers.',
  },
  {
    rule: /^AwsSolutions-APIG2$/,
    where: /^Segmentry\/RestApi\//,
    reason: 'The functions validate each request against the contract that the OpenAPI document shows.',
  },
  {
    rule: /^AwsSolutions-APIG3$/,
    where: /^Segmentry\/RestApi\//,
    reason:
      'Requests are limited by user; whether to pay for a firewall as well is a setting, firewallRequests, with which nothing is found.',
  },
  {
    rule: /^AwsSolutions-SMG4$/,
    where: /^Segmentry\/Origin\/Secret\/Resource$/,
    reason:
      'It opens nothing: with it CloudFront may say from where a request comes. Both who send and who compare it take it as they are deployed.',
  },
  {
    rule: /^Serverless-LambdaDLQ$/,
    where: everywhere,
    reason: 'Functions are run by queues and streams with dead letters, by requests, or each minute anew.',
  },
  {
    rule: /^Serverless-LambdaEventSourceMappingDestination$/,
    where: /SqsEventSource/,
    reason: 'What a queue gives up goes to the dead letters of the queue.',
  },
  {
    rule: /^(Serverless-SQSRedrivePolicy|AwsSolutions-SQS3)$/,
    where: /\/DeadLetters\/Resource$/,
    reason: 'These are dead letters themselves; an alarm tells of them.',
  },
  {
    rule: /^Serverless-EventBusDLQ$/,
    where: /^Segmentry\/Reconcile\/EveryMinute\//,
    reason: 'The next minute does the same; an alarm tells where none has.',
  },
  {
    rule: /^AwsSolutions-CFR3$/,
    where: /^SegmentryConsole\/Console\//,
    reason: 'CloudFront’s log would hold the tokens of WebSocket queries; the API logs each request itself.',
  },
  {
    rule: /^AwsSolutions-CFR[12]$/,
    where: /^SegmentryConsole\/Console\/Distribution\//,
    reason: 'Whether to leave out countries, or to pay for a firewall as well, is the operator’s choice.',
  },
  {
    rule: /^AwsSolutions-CFR4$/,
    where: /^SegmentryConsole\/Console\/Distribution\//,
    reason: 'CloudFront’s own certificate fixes the protocol; a domain of one’s own brings TLS 1.2.',
  },
  {
    rule: /^(AwsSolutions-IAM5\[|AwsSolutions-L1$|Serverless-Lambda(LatestVersion|Tracing)$)/,
    where: /^SegmentryConsole\/Custom::CDKBucketDeployment/,
    reason: 'CDK’s own function, which copies the pages into their bucket while a deploy runs.',
  },
];

/** Those of what an operator may add: a network, a gradual rollout. */
export const ACKNOWLEDGED_OF_SETTINGS: readonly Acknowledged[] = [
  {
    rule: /^AwsSolutions-IAM4\[.*AWSLambdaVPCAccessExecutionRole\]$/,
    where: /^Segmentry\/\w+\/Function\/Function\/ServiceRole\/Resource$/,
    reason:
      'The managed policy grants what a function needs to have an address in a network, and nothing else.',
  },
  {
    rule: /^AwsSolutions-IAM4\[.*AWSCodeDeployRoleForLambdaLimited\]$/,
    where: /\/Rollout\/ServiceRole\/Resource$/,
    reason:
      'CodeDeploy takes this role to move a name from one version to the next; AWS keeps the policy to that.',
  },
  {
    rule: /^AwsSolutions-EC23$/,
    where: /^Segmentry\/Network\/Vpc\/(Kms|Sns|Sqs|XRay)\/SecurityGroup\/Resource$/,
    reason:
      'The endpoints let in what comes from the network itself, whose addresses the rule cannot read: they are a reference.',
  },
];
