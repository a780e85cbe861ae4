using System.Globalization;
using Microsoft.AspNetCore.Http;
using OrleansDiffusion.Api.Errors;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Requests;

/// <summary>The query of a list of jobs, as strict as a body.</summary>
internal static class QueryForm
{
    public const int PageCountMax = 200;

    private const int PageCountDefault = 50;

    private static readonly string[] Known = ["status", "model", "cursor", "limit"];

    public static (JobFilter? Filter, Refusal? Refused) Read(IQueryCollection query)
    {
        List<FieldProblem> problems = [];
        var filter = new JobFilter(Status(query["status"], problems), Text(query["model"]), Text(query["cursor"]), Limit(query["limit"], problems));
        var unknown = FieldNames.Unknown(query.Keys, Known);
        if (problems.Count + unknown.Count == 0) return (filter, null);
        return (null, Problem.Of([.. problems, .. unknown], areAllUnknownFields: problems.Count == 0));
    }

    private static string? Text(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static JobStatus? Status(string? value, List<FieldProblem> problems)
    {
        if (string.IsNullOrEmpty(value)) return null;
        foreach (var status in Enum.GetValues<JobStatus>())
            if (status.ToString().Equals(value, StringComparison.OrdinalIgnoreCase)) return status;
        problems.Add(new("status", $"must be one of queued, running, succeeded, failed, cancelled, not \"{FieldNames.Shortened(value)}\"."));
        return null;
    }

    private static int Limit(string? value, List<FieldProblem> problems)
    {
        if (string.IsNullOrEmpty(value)) return PageCountDefault;
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= PageCountMax) return limit;
        problems.Add(new("limit", $"must be a whole number from 1 to {PageCountMax}, not \"{FieldNames.Shortened(value)}\"."));
        return PageCountDefault;
    }
}
