using System.Net;
using System.Text;
using OrleansDiffusion.Abstractions;
using OrleansDiffusion.Api.Tests.Hosting;
using OrleansDiffusion.Client;
using OrleansDiffusion.Jobs;

namespace OrleansDiffusion.Api.Tests.Operation;

public sealed class ModelsTests
{
    private static readonly string Emoji = OneLine.Of("""
        {"id":"emoji","object":"model","created":1777896000,"owned_by":"orleansdiffusion","version":"v-digest","folder":"/models/emoji",
        "url":"https://models.test/emoji/","bytes":12000000,"memory_bytes":34000000,"measured_memory":{"provider":"cpu","bytes":30000000},"family":"sd",
        "facts":{"side_multiple":8,"side_min":32,"side_max":128,"default_width":64,"default_height":72,"default_steps":25,"default_guidance":7.5,
        "default_sampler":"ddim","samplers":["ddim","euler","lcm"],"prompt_token_count_max":32},
        "policy":{"min":2,"max":9,"step":3,"standby":4,"standby_lapses":true,"weights_standby":7,"keep_alive_seconds":77,
        "keep_alive_quantile":0.875,"keep_alive_max_seconds":7200.5,"wait_worth":12.5,"schedules":[
        {"days":["workdays"],"from":"09:00","to":"18:30:15","zone":"Europe/Berlin","min":5,"standby":2},
        {"days":["monday","sunday"],"from":"00:00","to":"00:00","zone":"UTC","min":null,"standby":0}],"queue_count_max":55,"batch_max":6,
        "needs":{"provider":"cuda","labels":{"Gpu":"l4"}}}}
        """);

    [Fact]
    public async Task A_list_serves_both_dialects()
    {
        await using var api = await ApiHost.StartAsync();

        Assert.Equal($$"""{"data":[{{Emoji}}],"object":"list"}""", (await api.GetAsync("/v1/models")).Text);
    }

    [Fact]
    public async Task A_model_is_shown_by_name()
    {
        await using var api = await ApiHost.StartAsync();

        Assert.Equal(Emoji, (await api.GetAsync("/v1/models/emoji")).Text);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("DELETE")]
    public async Task An_unknown_model_is_said_in_both_dialects_at_once(string method)
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.RemoveModel = _ => false;

        var answer = await api.SendAsync(new HttpMethod(method), "/v1/models/dall-e-3");

        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (answer.Status, answer.ContentType));
        Assert.Equal("model_not_found", answer.Json.GetProperty("code").GetString());
        OpenAiError.Is(answer.Json.GetProperty("error"), "The model 'dall-e-3' does not exist.", "invalid_request_error", "model", "model_not_found");
    }

    [Fact]
    public async Task A_folder_is_registered_with_its_warnings()
    {
        await using var api = await ApiHost.StartAsync();
        (string, string?) asked = default;
        api.Client.AddModel = (folder, name) =>
        {
            asked = (folder, name);
            return new AddModelAnswer(Sample.Model, null, ["It is slow."]);
        };

        var answer = await api.PostAsync("/v1/models", """{"folder": "/models/emoji", "name": "emoji"}""");

        Assert.Equal((HttpStatusCode.Created, "/v1/models/emoji"), (answer.Status, answer.Header("Location")));
        Assert.Equal(("/models/emoji", "emoji"), asked);
        Assert.Equal($$"""{"model":{{Emoji}},"warnings":["It is slow."]}""", answer.Text);
    }

    [Fact]
    public async Task A_broken_folder_is_refused_with_every_problem()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.AddModel = (_, _) => throw new DiffusionException(new Refusal(ErrorCode.ModelInvalid, "The folder is broken.")
        {
            Problems = [new FieldProblem("unet/model.onnx", "is missing."), new FieldProblem("tokenizer", "is not CLIP's.")],
        });

        var answer = await api.PostAsync("/v1/models", """{"folder": "/models/broken"}""");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "model_invalid"), (answer.Status, answer.Json.GetProperty("code").GetString()));
        Assert.Equal(["unet/model.onnx: is missing.", "tokenizer: is not CLIP's."], answer.Problems);
    }

    [Fact]
    public async Task A_refusal_that_comes_as_an_answer_is_one_too()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.AddModel = (_, _) => new AddModelAnswer(null, new Refusal(ErrorCode.ModelInUse, "It is in use."), []);

        Assert.Equal(HttpStatusCode.Conflict, (await api.PostAsync("/v1/models", """{"folder": "/models/emoji"}""")).Status);
    }

    [Fact]
    public async Task A_bad_registration_is_refused_in_full()
    {
        await using var api = await ApiHost.StartAsync();

        var answer = await api.PostAsync("/v1/models", """{"name": "No Such Name", "path": "/x"}""");

        Assert.Equal(
            [
                "folder: must name a folder on the cluster's disks, unless url names an address.",
                "name: must be 1 to 64 characters of a-z 0-9 . _ - and begin with a letter or digit.",
                "path: is not a known field.",
            ],
            answer.Problems);
    }

    [Fact]
    public async Task A_model_is_removed_by_name()
    {
        await using var api = await ApiHost.StartAsync();
        string? removed = null;
        api.Client.RemoveModel = name =>
        {
            removed = name;
            return true;
        };

        Assert.Equal(HttpStatusCode.NoContent, (await api.SendAsync(HttpMethod.Delete, "/v1/models/emoji")).Status);
        Assert.Equal("emoji", removed);
    }

    [Fact]
    public async Task A_policy_is_set_as_a_whole()
    {
        await using var api = await ApiHost.StartAsync();
        (string Name, PoolPolicy Policy) told = default;
        api.Client.SetPolicy = (name, policy) =>
        {
            told = (name, policy);
            return true;
        };

        var answer = await PutAsync(
            api, "/v1/models/emoji/policy", """{"max": 5, "keep_alive_seconds": 30, "needs": {"provider": "cuda", "labels": {"gpu": "h100"}}}""");

        var needs = new DeviceNeeds { Provider = "cuda", Labels = new Dictionary<string, string> { ["gpu"] = "h100" } };
        Assert.Equal(HttpStatusCode.NoContent, answer.Status);
        Assert.Equal(("emoji", new PoolPolicy { Max = 5, KeepAlive = TimeSpan.FromSeconds(30), Needs = needs }), told);
    }

    [Fact]
    public async Task A_policy_that_is_shown_can_be_sent_back()
    {
        await using var api = await ApiHost.StartAsync();
        PoolPolicy? told = null;
        api.Client.SetPolicy = (_, policy) => (told = policy) is not null;
        var shown = (await api.GetAsync("/v1/models/emoji")).Json.GetProperty("policy").GetRawText();

        await PutAsync(api, "/v1/models/emoji/policy", shown);

        Assert.Equal(Sample.Model.Policy, told);
    }

    [Fact]
    public async Task A_bad_policy_is_refused_in_full_by_the_names_of_its_fields()
    {
        await using var api = await ApiHost.StartAsync();

        var answer = await PutAsync(
            api,
            "/v1/models/emoji/policy",
            """
            {"min": 3, "max": 2, "keep_alive_seconds": 1e300, "stndby": 1,
            "needs": {"provider": "tpu", "labels": {"gpu": 4, "a b": "x"}, "memory": 1}}
            """);

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (answer.Status, answer.Json.GetProperty("code").GetString()));
        Assert.Equal(
            [
                "needs.labels.gpu: must be text, not a number.",
                "needs.memory: is not a known field.",
                "stndby: is not a known field; did you mean standby?",
                "min: must not be above max, which is 2; it is 3.",
                "keep_alive_seconds: must be from 0 to 604800, not 1000000000.",
                "needs.provider: must be one of cpu, cuda, not \"tpu\".",
                "needs.labels: has the name \"a b\"; a name must be 1-63 characters of a-z A-Z 0-9 . _ - /.",
            ],
            answer.Problems);
    }

    [Fact]
    public async Task Schedules_are_read_as_people_write_them()
    {
        await using var api = await ApiHost.StartAsync();
        PoolPolicy? told = null;
        api.Client.SetPolicy = (_, policy) => (told = policy) is not null;

        await PutAsync(
            api,
            "/v1/models/emoji/policy",
            """
            {"standby_lapses": false, "schedules": [
            {"days": ["Monday", "weekend", "monday"], "from": "9:00", "to": "18:00:30.5", "zone": "America/New_York", "min": 4, "standby": null},
            {"standby": 2}]}
            """);

        var written = new PoolSchedule
        {
            Days = Weekdays.Monday | Weekdays.Weekend, From = new(9, 0), To = new(18, 0, 30, 500), Zone = "America/New_York", Min = 4,
        };
        Assert.Equal(new PoolPolicy { Schedules = [written, new() { Standby = 2 }] }, told);
    }

    [Fact]
    public async Task Everything_wrong_with_schedules_is_told_once_at_its_place()
    {
        await using var api = await ApiHost.StartAsync();

        var answer = await PutAsync(
            api,
            "/v1/models/emoji/policy",
            """
            {"standby_lapses": 1, "keep_alive_quantile": 2, "keep_alive_max_seconds": -5, "wait_worth": "high", "schedules": [
            {"days": ["funday"], "from": "24:00", "to": 9, "zone": "Berlin", "min": "four"},
            5,
            {"days": [1, null], "zone": 2, "min": 1, "unitl": "18:00"},
            {"days": "monday"},
            {"days": []}]}
            """);

        Assert.Equal(
            [
                "standby_lapses: must be true or false, not a number.",
                "wait_worth: must be a number, not text.",
                "schedules[1]: must be an object, not a number.",
                "schedules[0].days: must each be one of all, workdays, weekend, monday, tuesday, wednesday, thursday, friday, saturday, sunday, "
                    + "not \"funday\".",
                "schedules[0].from: must be a time of the day from 00:00 to 23:59, such as 09:00, not \"24:00\".",
                "schedules[0].to: must be text, not a number.",
                "schedules[0].min: must be a whole number, not text.",
                "schedules[2].days[0]: must be text, not a number.",
                "schedules[2].days[1]: must be text, not null.",
                "schedules[2].zone: must be text, not a number.",
                "schedules[2].unitl: is not a known field.",
                "schedules[3].days: must be an array, not text.",
                "keep_alive_quantile: must be from 0 to 1, not 2.",
                "keep_alive_max_seconds: must be from 0 to 604800, not -1.",
                "schedules[0].zone: \"Berlin\" is no time zone that this machine knows; an IANA name such as Europe/Berlin is.",
                "schedules[2]: must say min, standby, or both.",
                "schedules[3].days: must name at least one day of the week.",
                "schedules[3]: must say min, standby, or both.",
            ],
            answer.Problems);
    }

    [Fact]
    public async Task The_policy_of_an_unknown_model_cannot_be_set()
    {
        await using var api = await ApiHost.StartAsync();
        api.Client.SetPolicy = (_, _) => throw new DiffusionException(new Refusal(ErrorCode.ModelNotFound, "There is no model \"x\"."));

        var answer = await PutAsync(api, "/v1/models/x/policy", "{}");

        Assert.Equal((HttpStatusCode.NotFound, "model_not_found"), (answer.Status, answer.Json.GetProperty("code").GetString()));
    }

    private static Task<Answer> PutAsync(ApiHost api, string path, string json) =>
        api.SendAsync(HttpMethod.Put, path, new StringContent(json, Encoding.UTF8, "application/json"));
}
