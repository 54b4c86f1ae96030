import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { stacksOf } from './new-app.ts';

const template = Template.fromStack(stacksOf({ target: 'aws' }).pipeline);
const functions = Object.entries(template.findResources('AWS::Lambda::Function'));

/** Those that serve HTTP, which write the access log (core/runtime/log-requests.ts). */
const serving = functions.filter(
  ([, { Properties }]) => Properties.Environment?.Variables.CORS_ORIGINS !== undefined,
);

it('is written by every function that serves the API, kept for a month, and never silenced', () => {
  expect(serving).toHaveLength(3);
  for (const [, { Properties }] of serving) {
    const { Ref: id } = Properties.LoggingConfig.LogGroup;
    expect(template.findResources('AWS::Logs::LogGroup')[id]?.Properties.RetentionInDays).toBe(30);
    const { Variables } = Properties.Environment;
    expect(Variables).not.toHaveProperty('POWERTOOLS_LOG_LEVEL');
    // It would log events whole, with their tokens.
    expect(Variables).not.toHaveProperty('POWERTOOLS_LOGGER_LOG_EVENT');
  }
});

it('is not written a second time by API Gateway, whose log of bodies and headers would hold tokens', () => {
  for (const { Properties } of Object.values(template.findResources('AWS::ApiGateway::Stage'))) {
    expect(Properties.AccessLogSetting).toBeUndefined();
    for (const each of Properties.MethodSettings ?? []) {
      expect([each.LoggingLevel, each.DataTraceEnabled ?? false]).toEqual([undefined, false]);
    }
  }
});
