import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';

export interface FirewallProps {
  /** The stage of the API that it stands before. */
  readonly stageArn: string;
  /** Requests of one address in five minutes; more are refused for a while. */
  readonly requests: number;
}

/** Rules of AWS, and those of each that look into bodies: these hold images and the URLs of webhooks, so they count only. */
const MANAGED: readonly (readonly [name: string, countOnly: readonly string[]])[] = [
  ['AWSManagedRulesAmazonIpReputationList', []],
  ['AWSManagedRulesKnownBadInputsRuleSet', ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY']],
  [
    'AWSManagedRulesCommonRuleSet',
    [
      'SizeRestrictions_BODY',
      'CrossSiteScripting_BODY',
      'GenericLFI_BODY',
      'GenericRFI_BODY',
      'EC2MetaDataSSRF_BODY',
    ],
  ],
];

/** AWS WAF before the API: known bad requests and floods from one address end there. */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, { stageArn, requests }: FirewallProps) {
    super(scope, id);
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: watched('Firewall'),
      rules: [
        {
          name: 'Rate',
          priority: 0,
          action: { block: {} },
          statement: { rateBasedStatement: { limit: requests, aggregateKeyType: 'IP' } },
          visibilityConfig: watched('Rate'),
        },
        ...MANAGED.map(([name, countOnly], index) => ({
          name,
          priority: index + 1,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: {
              vendorName: 'AWS',
              name,
              ruleActionOverrides: countOnly.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
            },
          },
          visibilityConfig: watched(name),
        })),
      ],
    });
    new CfnWebACLAssociation(this, 'Association', { resourceArn: stageArn, webAclArn: acl.attrArn });
  }
}

const watched = (metricName: string) => ({
  cloudWatchMetricsEnabled: true,
  metricName,
  sampledRequestsEnabled: false,
});
