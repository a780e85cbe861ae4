using System.Text.Json;

namespace OrleansDiffusion.Jobs.Tests;

public sealed class ErrorTableTests
{
    [Fact]
    public void Every_code_has_exactly_one_row() =>
        Assert.Equal(Enum.GetValues<ErrorCode>(), ErrorTable.Rows.Select(row => row.Code).Order());

    [Fact]
    public void A_wire_name_is_the_code_in_snake_case() =>
        Assert.All(ErrorTable.Rows, row => Assert.Equal(JsonNamingPolicy.SnakeCaseLower.ConvertName(row.Code.ToString()), row.WireName));

    [Fact]
    public void A_row_is_found_by_code_and_by_wire_name()
    {
        Assert.All(ErrorTable.Rows, row => Assert.Same(row, ErrorTable.Of(row.Code)));
        Assert.All(ErrorTable.Rows, row => Assert.Same(row, ErrorTable.Find(row.WireName)));
        Assert.Null(ErrorTable.Find("made_up"));
        Assert.Null(ErrorTable.Find(null));
    }

    [Fact]
    public void Every_status_is_an_error_and_every_title_a_sentence() =>
        Assert.All(ErrorTable.Rows, row =>
        {
            Assert.InRange(row.HttpStatus, 400, 599);
            Assert.Matches("^[A-Z].*\\.$", row.Title);
        });

    [Theory]
    [InlineData(ErrorCode.InvalidRequest, 400)]
    [InlineData(ErrorCode.Unauthorized, 401)]
    [InlineData(ErrorCode.JobNotFound, 404)]
    [InlineData(ErrorCode.BodyTooLarge, 413)]
    [InlineData(ErrorCode.UnsupportedMediaType, 415)]
    [InlineData(ErrorCode.QuotaExceeded, 429)]
    [InlineData(ErrorCode.QueueFull, 503)]
    [InlineData(ErrorCode.StorageFull, 507)]
    public void Statuses_that_callers_rely_on(ErrorCode code, int status) => Assert.Equal(status, ErrorTable.Of(code).HttpStatus);

    [Fact]
    public void Retrying_helps_exactly_where_the_cause_can_pass() =>
        Assert.Equal(
            [
                ErrorCode.ModelInUse, ErrorCode.QueueFull, ErrorCode.QuotaExceeded, ErrorCode.NoCapacity, ErrorCode.NotReady,
                ErrorCode.DeviceFailed, ErrorCode.StorageFull, ErrorCode.StorageUnavailable, ErrorCode.Timeout, ErrorCode.DeadlineUnmet,
                ErrorCode.OriginFailed,
            ],
            ErrorTable.Rows.Where(row => row.RetryHelps).Select(row => row.Code));

    [Fact]
    public void An_invalid_request_names_every_field_in_its_message()
    {
        var refusal = Refusal.Invalid([new("width", "too small."), new("steps", "too many.")]);
        Assert.Equal(ErrorCode.InvalidRequest, refusal.Code);
        Assert.Equal("width: too small. steps: too many.", refusal.Message);
    }
}
