namespace OrleansDiffusion.Jobs.Tests;

public sealed class ModelAddressTests
{
    [Theory]
    [InlineData("https://host/models/mine")]
    [InlineData("http://127.0.0.1:8080/")]
    [InlineData("s3://bucket/some/folder/")]
    [InlineData("s3://bucket")]
    public void Web_addresses_and_buckets_are_addresses(string text)
    {
        Assert.True(ModelAddress.IsMeant(text));
        Assert.Null(ModelAddress.ProblemOf(text));
    }

    [Theory]
    [InlineData("ftp://host/m", "must begin with http://, https:// or s3://, not ftp://.")]
    [InlineData("file:///etc", "must begin with http://, https:// or s3://, not file://.")]
    [InlineData("https://", "must be an address such as https://host/models/mine/ or s3://bucket/mine.")]
    [InlineData("s3:///folder", "must name a host, or a bucket.")]
    [InlineData("https://me@host/m", "must not hold a user or a password: it is kept and shown.")]
    [InlineData("https://host/m?sig=1", "must name a folder, without ? and #: the names of the model's files are put behind it.")]
    [InlineData("https://host/m#a", "must name a folder, without ? and #: the names of the model's files are put behind it.")]
    [InlineData("/models/mine", "must be an address such as https://host/models/mine/ or s3://bucket/mine.")]
    public void Anything_else_is_told(string text, string problem) => Assert.Equal(problem, ModelAddress.ProblemOf(text));

    [Fact]
    public void An_endless_one_is_told() =>
        Assert.Equal("must have at most 2000 characters.", ModelAddress.ProblemOf($"https://host/{new string('a', 2000)}"));

    [Theory]
    [InlineData("https://HOST/a/Mine", "https://host/a/Mine/")]
    [InlineData("https://host:443/a//", "https://host/a/")]
    [InlineData("s3://bucket", "s3://bucket/")]
    public void The_same_folder_has_one_text(string text, string same) => Assert.Equal(same, ModelAddress.Read(text).AbsoluteUri);

    [Theory]
    [InlineData("https://host/models/My%20Model/", "my-model")]
    [InlineData("s3://bucket", "bucket")]
    [InlineData("https://host/models/%C3%BC/", null)]
    public void A_model_is_called_like_its_last_folder(string text, string? name) => Assert.Equal(name, ModelAddress.SuggestName(text));
}
