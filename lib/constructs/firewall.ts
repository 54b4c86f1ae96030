import { CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { ORIGIN_SECRET_HEADER, VIEWER_ADDRESS_HEADER } from '../../core/contracts/console-origin.ts';
import type { OriginSecret } from './origin-secret.ts';

export interface FirewallProps {
  /** The stage of the API that it stands before. */
  readonly stageArn: string;
  /** Requests of one address in five minutes; more are refused for a while. */
  readonly requests: number;
  /** By which CloudFront is told from all others, undefined where there is none before the API. */
  readonly originSecret: OriginSecret | undefined;
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
  constructor(scope: Construct, id: string, { stageArn, requests, originSecret }: FirewallProps) {
    super(scope, id);
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: watched('Firewall'),
      rules: [...ratesOf(requests, originSecret), ...managed()].map((rule, priority) => ({
        ...rule,
        priority,
        visibilityConfig: watched(rule.name),
      })),
    });
    new CfnWebACLAssociation(this, 'Association', { resourceArn: stageArn, webAclArn: acl.attrArn });
  }
}

type Rule = Omit<CfnWebACL.RuleProperty, 'priority' | 'visibilityConfig'>;

/** To the API's stage, who comes through the console has an address of CloudFront, which says whose it was. */
function ratesOf(limit: number, originSecret: OriginSecret | undefined): Rule[] {
  const rate = (name: string, counted: Omit<CfnWebACL.RateBasedStatementProperty, 'limit'>): Rule => ({
    name,
    action: { block: {} },
    statement: { rateBasedStatement: { limit, ...counted } },
  });
  if (originSecret === undefined) return [rate('Rate', { aggregateKeyType: 'IP' })];
  const fromConsole: CfnWebACL.StatementProperty = {
    byteMatchStatement: {
      fieldToMatch: { singleHeader: { Name: ORIGIN_SECRET_HEADER } },
      positionalConstraint: 'EXACTLY',
      searchString: originSecret.value,
      textTransformations: [{ priority: 0, type: 'NONE' }],
    },
  };
  return [
    rate('Rate', {
      aggregateKeyType: 'IP',
      scopeDownStatement: { notStatement: { statement: fromConsole } },
    }),
    rate('RateOfViewers', {
      aggregateKeyType: 'FORWARDED_IP',
      forwardedIpConfig: { headerName: VIEWER_ADDRESS_HEADER, fallbackBehavior: 'NO_MATCH' },
      scopeDownStatement: fromConsole,
    }),
  ];
}

const managed = (): Rule[] =>
  MANAGED.map(([name, countOnly]) => ({
    name,
    overrideAction: { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name,
        ruleActionOverrides: countOnly.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
  }));

const watched = (metricName: string) => ({
  cloudWatchMetricsEnabled: true,
  metricName,
  sampledRequestsEnabled: false,
});
