"""Terraform and OpenTofu in HCL and JSON, Terragrunt, CloudFormation and serverless files."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from infra_reading import places, read, reader_of, remarks

from freehold.inventory.infrastructure.hcl import read_hcl
from freehold.inventory.reader import UnreadableError
from freehold.model.component import ComponentKind, Role

FILE = """\
terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "= 5.0.0" }
    own = {
      source  = "registry.example/acme/own" # why
      version = "~> 4"
      configuration_aliases = [own.a]
    }
    null = ">= 3"
  }
  backend "s3" { bucket = "x" }
}
/* resource "aws_kms_key" "no" {} */
resource "aws_s3_bucket" "a" {
  bucket = "${var.a}-${"}"}"
  tags   = { a = "b", for = "c" }
}
resource "aws_s3_bucket" "b" {}
data "google_project" "p" {}
resource "datadog_monitor" "a" { message = <<-EOT
  resource "aws_kms_key" "no" {}
  EOT
}
resource "random_id" "a" {}
resource "kubernetes_deployment" "d" {
  spec { template { spec {
    container {
      image = "quay.io/acme/app:1"
    } } } }
}
resource "helm_release" "r" {
  chart      = "ingress"
  repository = "https://charts.example"
  version    = "4.0.0"
}
module "vpc" {
  source  = "terraform-aws-modules/vpc/aws"
  version = "5.0.0"
}
module "sub" { source = "registry.example/acme/net/aws//modules/x" }
module "git" { source = "git::https://git.example/acme/m.git//sub?ref=v1.2" }
module "ssh" { source = "git@github.com:acme/s.git" }
module "hub" { source = "github.com/acme/mod//x" }
module "zip" { source = "https://dl.example/m.zip" }
module "own" { source = "./own" }
module "bad" { source = var.source }
"""


def test_a_configuration() -> None:
    reading = read("main.tf", FILE)
    assert places(reading) == {
        "pkg:terraform/hashicorp/aws@5.0.0": [3],
        "pkg:terraform/acme/own": [4],
        "pkg:terraform/hashicorp/null": [9],
        "resource:aws_s3_bucket": [11, 14, 18],
        "pkg:terraform/hashicorp/aws": [14, 18],
        "pkg:terraform/hashicorp/google": [19],
        "resource:google_project": [19],
        "resource:datadog_*": [20],
        "pkg:terraform/hashicorp/random": [24],
        "pkg:terraform/hashicorp/kubernetes": [25],
        "pkg:docker/acme/app@1?repository_url=quay.io": [28],
        "pkg:terraform/hashicorp/helm": [31],
        "pkg:helm/ingress@4.0.0?repository_url=https://charts.example": [31],
        "pkg:terraform/terraform-aws-modules/vpc/aws@5.0.0": [36],
        "pkg:terraform/acme/net/aws?repository_url=registry.example": [40],
        "pkg:generic/m@v1.2?vcs_url=git%2Bhttps://git.example/acme/m.git%40v1.2": [41],
        "pkg:github/acme/s": [42],
        "pkg:github/acme/mod": [43],
        "host:dl.example": [44],
    }
    by_key = {str(one.key): one for one in reading.components}
    assert by_key["pkg:terraform/acme/own"].registry == "https://registry.example"
    assert by_key["pkg:terraform/hashicorp/aws@5.0.0"].registry == ""
    assert by_key["pkg:terraform/hashicorp/aws@5.0.0"].role is Role.BUILD
    assert by_key["resource:aws_s3_bucket"].role is Role.RUNTIME
    assert by_key["resource:aws_s3_bucket"].kind is ComponentKind.SERVICE
    assert by_key["resource:aws_s3_bucket"].evidence == 'backend "s3"'
    assert by_key["resource:google_project"].role is Role.BUILD
    assert (46, "the source of a module must be computed") in remarks(reading)
    assert any("module acme/net/aws can change" in reason for _, reason in remarks(reading))


def test_line_ends_of_other_systems_change_nothing() -> None:
    assert places(read("main.tf", FILE.replace("\n", "\r\n"))) == places(read("main.tf", FILE))


def test_opentofu_asks_its_own_registry() -> None:
    reading = read("main.tofu", 'resource "aws_s3_bucket" "a" {}\n')
    assert {one.registry for one in reading.components if one.purls} == {"https://registry.opentofu.org"}


def test_json_says_the_same_without_lines() -> None:
    text = """{
      "terraform": {"required_providers": {"aws": {"source": "hashicorp/aws", "version": "5.0.0"}}, "backend": {"gcs": {}}},
      "resource": {"aws_s3_bucket": {"a": {}, "b": {}}, "aws_sqs_queue": {"q": [{}]}},
      "module": {"v": {"source": "acme/vpc/aws", "version": "1.0.0"}}
    }"""
    assert set(places(read("main.tf.json", text))) == {
        "pkg:terraform/hashicorp/aws@5.0.0",
        "pkg:terraform/hashicorp/aws",
        "resource:google_storage_bucket",
        "resource:aws_s3_bucket",
        "resource:aws_sqs_queue",
        "pkg:terraform/acme/vpc/aws@1.0.0",
    }


def test_terragrunt() -> None:
    text = 'terraform {\n  source = "tfr:///acme/vpc/aws?version=1.2.3"\n}\nremote_state {\n  backend = "azurerm"\n}\n'
    assert places(read("terragrunt.hcl", text)) == {
        "pkg:terraform/acme/vpc/aws@1.2.3": [1],
        "resource:azurerm_storage_account": [4],
    }


STACK = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  B: {Type: "AWS::S3::Bucket"}
  F:
    Type: AWS::Lambda::Function
    Properties: {Code: !GetAtt x.y}
  S: {Type: "AWS::CloudFormation::Stack"}
  O: {Type: "Custom::X"}
"""
SERVERLESS = """\
service: x
provider:
  name: aws
functions: {a: {handler: b}}
resources: {Resources: {B: {Type: "AWS::S3::Bucket"}}}
"""


def test_cloudformation_and_serverless() -> None:
    assert places(read("template.yml", STACK)) == {"resource:AWS::S3": [3], "resource:AWS::Lambda": [5]}
    json = '{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Q": {"Type": "AWS::SQS::Queue"}, "X": 3}}'
    assert set(places(read("stack.json", json))) == {"resource:AWS::SQS"}
    assert places(read("serverless.yml", SERVERLESS)) == {
        "resource:AWS::*": [3],
        "resource:AWS::Lambda": [4],
        "resource:AWS::S3": [5],
    }
    assert reader_of("template.yml", "x: 1\n") is None


BICEP = """\
param x string
resource a 'Microsoft.Storage/storageAccounts@2023-01-01' = {
  name: 'resource b'
}
resource k 'Microsoft.KeyVault/vaults@2023-01-01' existing = { name: x }
module v 'br/public:avm/res/network:0.1.0' = {}
module w 'br:acme.example/own/m:v1' = {}
module o 'br/team:m:v1' = {}
module l './l.bicep' = {}
"""


def test_bicep_and_arm_templates() -> None:
    reading = read("main.bicep", BICEP)
    assert places(reading) == {
        "resource:Microsoft.Storage/storageAccounts": [2],
        "resource:Microsoft.KeyVault/vaults": [5],
        "pkg:docker/bicep/avm/res/network@0.1.0?repository_url=mcr.microsoft.com": [6],
        "pkg:docker/own/m@v1?repository_url=acme.example": [7],
    }
    assert any("bicepconfig.json" in reason for _, reason in remarks(reading))
    schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
    text = f"""{{"$schema": "{schema}", "resources": [
      {{"type": "Microsoft.Web/sites", "resources": [{{"type": "Microsoft.Sql/servers"}}]}}, 3, {{"type": "[x]"}}]}}"""
    assert set(places(read("azuredeploy.json", text))) == {
        "resource:Microsoft.Web/sites",
        "resource:Microsoft.Sql/servers",
    }


def test_values_that_must_be_computed_are_not_guessed() -> None:
    block = read_hcl(
        'a = "x${1}"\nb = "$${x}"\nc = ["a", f("b"), { d = "e" }]\nd = cond ? "a" : "b"\ne = "\\"q\\""\n'
    ).values
    assert (block["a"].held, block["d"].held) == (None, None)
    assert block["e"].text == '"q"'
    listed = block["c"].held
    assert isinstance(listed, list)
    assert [value.held for value in listed[:2]] == ["a", None]
    assert listed[2].table["d"].text == "e"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a = "x', 1),
        ("a {\n b = 1\n", 1),
        ("\n}", 2),
        ("a", 1),
        ("a {" * 100, 1),
        ('x = "${"a', 1),
    ],
)
def test_broken_configurations_are_refused_with_their_line(text: str, line: int) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_hcl(text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    "text",
    ["/*" * 100_000, "x = " + "[" * 50_000, "x = " + '"${' * 20_000, "a = <<X\n" * 20_000, "x = {" + "a = {" * 20_000],
)
def test_hostile_configurations_end_quickly(text: str) -> None:
    started = time.process_time()
    try:
        read_hcl(text)
    except UnreadableError as error:
        assert error.reason
    assert time.process_time() - started < 3


@given(st.text(alphabet='ab"$%{}[]()=<\n\\ ,#/*', max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_hcl(text)
    except UnreadableError as error:
        assert error.reason
