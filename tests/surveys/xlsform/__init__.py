"""Tests of surveys.xlsform."""
