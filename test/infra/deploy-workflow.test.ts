import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { CfnInclude } from 'aws-cdk-lib/cloudformation-include';
import { expect, it } from 'vitest';
import { newApp } from './new-app.ts';

const workflow = readFileSync('.github/workflows/deploy.yml', 'utf8');

it('the workflow holds no keys: it takes a role by its token', () => {
  expect(workflow).toMatch(/id-token: write/);
  expect(workflow).toMatch(/role-to-assume: \$\{\{ vars\.AWS_DEPLOY_ROLE \}\}/);
  expect(workflow).not.toMatch(/secrets\.|aws-access-key|aws-secret/i);
});

it('the workflow locks the images anew each week before it deploys', () => {
  expect(workflow).toMatch(/cron: /);
  expect(workflow.indexOf('lock-images')).toBeGreaterThan(0);
  expect(workflow.indexOf('lock-images')).toBeLessThan(workflow.indexOf('npm run deploy'));
});

it('its commands are those of the package', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };
  const named = [...workflow.matchAll(/npm run (?:-s )?([\w:]+)/g)].map(([, name = '']) => name);
  expect(named).toEqual(['check', 'segmentry', 'deploy']);
  for (const name of named) expect(scripts).toHaveProperty(name);
});

it('the role trusts one branch of one repository, and may only take the roles of the bootstrap', () => {
  const stack = new Stack(newApp({}), 'Role');
  new CfnInclude(stack, 'Template', { templateFile: 'docs/deploy-role.json' });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [
        Match.objectLike({
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: {
              'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
              'token.actions.githubusercontent.com:sub': {
                // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in.
                'Fn::Sub': 'repo:${Repository}:ref:refs/heads/${Branch}',
              },
            },
          },
        }),
      ],
    },
    Policies: [
      Match.objectLike({
        PolicyDocument: Match.objectLike({
          Statement: [
            Match.objectLike({
              Action: 'sts:AssumeRole',
              Resource: { 'Fn::Sub': Match.stringLikeRegexp('role/cdk-') },
            }),
            Match.objectLike({ Action: ['cloudformation:DescribeStacks', 'lambda:GetAccountSettings'] }),
          ],
        }),
      }),
    ],
  });
});
