import type { Stack } from 'aws-cdk-lib';
import { Capture, Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { stacksOf } from './new-app.ts';

const stacks = stacksOf({ target: 'aws' });
const template = Template.fromStack(stacks.pipeline);
const realtime = Template.fromStack(stacks.realtime as Stack);
const functions = Object.entries(template.findResources('AWS::Lambda::Function'));

/** Those that serve HTTP, which write the access log (core/runtime/log-requests.ts). */
const serving = functions.filter(
  ([, { Properties }]) => Properties.Environment?.Variables.CORS_ORIGINS !== undefined,
);

it('is written by every function that serves the API, kept for a month, and never silenced', () => {
  expect(serving).toHaveLength(4);
  for (const [, { Properties }] of serving) {
    const { Ref: id } = Properties.LoggingConfig.LogGroup;
    expect(template.findResources('AWS::Logs::LogGroup')[id]?.Properties.RetentionInDays).toBe(30);
    const { Variables } = Properties.Environment;
    expect(Variables).not.toHaveProperty('POWERTOOLS_LOG_LEVEL');
    // It would log events whole, with their tokens.
    expect(Variables).not.toHaveProperty('POWERTOOLS_LOGGER_LOG_EVENT');
  }
});

describe('API Gateway’s own', () => {
  const stages = { 'AWS::ApiGateway::Stage': template, 'AWS::ApiGatewayV2::Stage': realtime };

  it.each(Object.entries(stages))('has a line for each request to %s, and no token in it', (type, of) => {
    const isLive = type.includes('V2');
    const log = new Capture();
    const format = new Capture();
    const Setting = Match.objectLike({ DestinationArn: log, Format: format });
    of.hasResourceProperties(type, { [isLive ? 'AccessLogSettings' : 'AccessLogSetting']: Setting });
    const [id] = /AccessLog[0-9A-F]{8}/.exec(JSON.stringify(log.asObject())) ?? [];
    const [group] = Object.entries(of.findResources('AWS::Logs::LogGroup')).filter(([name]) =>
      name.endsWith(String(id)),
    );
    expect(group?.[1].Properties.RetentionInDays).toBe(30);
    const variables = Object.values(JSON.parse(format.asString())) as string[];
    expect(variables).toContain('$context.requestId');
    expect(variables).toContain('$context.status');
    // The path of a new password, and the query of a live connection, hold tokens.
    expect(variables.filter((name) => /path$|query|header|authorizer/i.test(name))).toEqual([
      ...(isLive ? [] : ['$context.resourcePath']),
    ]);
  });

  it('tells of faults, and of no bodies', () => {
    for (const { Properties } of Object.values(template.findResources('AWS::ApiGateway::Stage'))) {
      const levels = Properties.MethodSettings.map((each: Record<string, unknown>) => [
        each.LoggingLevel,
        each.DataTraceEnabled,
      ]);
      expect(levels).toEqual([['ERROR', false]]);
    }
  });

  it('goes by a role of the account that outlives the deployment', () => {
    template.hasResource('AWS::ApiGateway::Account', { DeletionPolicy: 'RetainExceptOnCreate' });
    expect(stacks.realtime?.dependencies).toContain(stacks.pipeline);
  });

  it('is left out with its role by a setting', () => {
    const { pipeline, realtime: live } = stacksOf({ target: 'aws', gatewayLogs: 'false' });
    const without = Template.fromStack(pipeline);
    without.resourceCountIs('AWS::ApiGateway::Account', 0);
    const templates = [without, Template.fromStack(live as Stack)].map((each) => each.toJSON());
    expect(JSON.stringify(templates)).not.toContain('AccessLogSetting');
  });
});
